"""Reader of a page: its front matter between two lines of ---, then facts, each with the code of its source."""

import re
from collections.abc import Iterator

from bot.authoring.parsing.parse_context import LIKE, NAME, Reading
from bot.authoring.parsing.readers.effects import page_key
from bot.authoring.parsing.readers.flows import base_language
from bot.authoring.parsing.readers.options import LABEL
from bot.authoring.parsing.readers.page_body import Prose
from bot.authoring.parsing.readers.signoffs import review
from bot.authoring.parsing.readers.sources import CODE, cite
from bot.authoring.parsing.readers.suppressions import silences
from bot.authoring.parsing.table_reader import Fields
from bot.authoring.parsing.yaml_nodes import Mark, Node, shortened
from bot.model.content import Page, Source

TITLE, GIST = 60, 100  # characters
FENCE = "---"
TOPIC = re.compile(r"T\d{2}")


def read_page(reading: Reading) -> Page:
    """Read the page in the file.

    Where something could not be read the page is incomplete, and `context.diagnostics` says why.
    """
    reading.declare(Mark(1, 1), page_key(reading.id))
    if not NAME.fullmatch(reading.id):
        reading.fault(Mark(1, 1), "name", f"a page cannot be called '{shortened(reading.id)}'", f"such as {LIKE}.md")
    node, body = head(reading)
    if not body:
        return Page(reading.id, "", "", "", ())
    with Fields(reading, node, "the page") as top:
        return _page(reading, top, Prose(reading, body))


def head(reading: Reading) -> tuple[Node | None, int]:
    """Return the page's front matter and the number of the first line below it; 0 where it has none."""
    lines = reading.sheet.lines
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE), 0)
    if not end or lines[0].rstrip() != FENCE:
        reading.fault(Mark(1, 1), "front-matter", f"a page begins with its head, between two lines of {FENCE}")
        return None, 0
    return reading.root("\n".join(["", *lines[1:end]])), end + 2  # the empty line keeps line numbers true


def _page(reading: Reading, top: Fields, prose: Prose) -> Page:
    """Build the page from its front matter and its body."""
    id = reading.id
    silences(top, page_key(id))
    sources = tuple(_sources(reading, top))
    text = prose.text()
    prose.check_codes({source.code for source in sources}, top.key("sources"), "unverified" in top)
    return Page(
        id=id,
        title=top.short("title", TITLE),
        gist=top.short("gist", GIST),
        text=text,
        sources=sources,
        cited=tuple(prose.cited),
        topic=top.name("topic", TOPIC, "T02") if "topic" in top else "",
        unverified=top.spare_text("unverified", ()),
        review=review(top, needed=True),
        button=top.short("button", LABEL) if "button" in top else "",
        language=base_language(top),
    )


def _sources(reading: Reading, top: Fields) -> Iterator[Source]:
    """Read the list of sources of the page; report a source that is listed twice."""
    top.need("sources")
    seen: set[str] = set()
    for item in top.items("sources"):
        with Fields(reading, item, "the source") as it:
            code = it.name("code", CODE, "S06")
            if code and code in seen:
                reading.fault(it.value("code"), "twice", f"the source {code} is listed twice")
            seen.add(code)
            source = Source(it.text("org", ()), it.text("title", ()), it.text("year", ()), code, it.day("checked"))
            cite(reading, it.key("code"), code, source.org, source.title, source.year)
            yield source
