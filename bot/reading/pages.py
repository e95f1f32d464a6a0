"""A reading page: its head between two lines of ---, then facts, each with the code of its source."""

import re
from collections.abc import Iterator

from bot.content import Page, Source
from bot.reading.effects import page_key
from bot.reading.fields import Fields
from bot.reading.flows import base_language
from bot.reading.nodes import Mark, Node, shortened
from bot.reading.options import LABEL
from bot.reading.prose import Prose
from bot.reading.reading import LIKE, NAME, Reading
from bot.reading.reviews import review
from bot.reading.silences import silences
from bot.reading.sources import CODE, cite

TITLE, GIST = 60, 100  # the most characters of each
FENCE = "---"
TOPIC = re.compile(r"T\d{2}")


def read_page(reading: Reading) -> Page:
    """The page on the sheet. Where something could not be read it is a torso, and `reading.problems` says why."""
    reading.declare(Mark(1, 1), page_key(reading.id))
    if not NAME.fullmatch(reading.id):
        reading.fault(Mark(1, 1), "name", f"a page cannot be called '{shortened(reading.id)}'", f"such as {LIKE}.md")
    node, body = head(reading)
    if not body:
        return Page(reading.id, "", "", "", ())
    with Fields(reading, node, "the page") as top:
        return _page(reading, top, Prose(reading, body))


def head(reading: Reading) -> tuple[Node | None, int]:
    """The head of a page, and the number of the first line below it; 0 where it has none."""
    lines = reading.sheet.lines
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE), 0)
    if not end or lines[0].rstrip() != FENCE:
        reading.fault(Mark(1, 1), "front-matter", f"a page begins with its head, between two lines of {FENCE}")
        return None, 0
    return reading.root("\n".join(["", *lines[1:end]])), end + 2  # an empty line for the first fence: numbers stay true


def _page(reading: Reading, top: Fields, prose: Prose) -> Page:
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
