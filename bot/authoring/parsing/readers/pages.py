"""Reader of a page: its front matter between two lines of ---, then facts, each with the code of its source."""

import re
from collections.abc import Iterator

from bot.authoring.parsing.parse_context import EXAMPLE_NAME, NAME_PATTERN, ParseContext
from bot.authoring.parsing.readers.annotations import read_review, read_suppressions
from bot.authoring.parsing.readers.flows import read_base_language
from bot.authoring.parsing.readers.page_body import PageBodyReader
from bot.authoring.parsing.readers.shared_fields import page_key
from bot.authoring.parsing.readers.sources import SOURCE_CODE_PATTERN, refer_to_source
from bot.authoring.parsing.readers.word_lists import read_word_list
from bot.authoring.parsing.table_reader import TableReader
from bot.authoring.parsing.yaml_nodes import SourceSpan, YamlNode, shorten
from bot.model.content import Page, Source
from bot.model.text_limits import MAX_GIST_LENGTH, MAX_LABEL_LENGTH, MAX_TITLE_LENGTH

FRONT_MATTER_FENCE = "---"
TOPIC_ID_PATTERN = re.compile(r"T\d{2}")


def read_page(context: ParseContext) -> Page:
    """Read the page in the file.

    Where something could not be read the page is incomplete, and `context.diagnostics` says why.
    """
    context.declare(SourceSpan(1, 1), page_key(context.file_stem))
    if not NAME_PATTERN.fullmatch(context.file_stem):
        context.report(
            SourceSpan(1, 1),
            "name",
            f"a page cannot be called '{shorten(context.file_stem)}'",
            f"such as {EXAMPLE_NAME}.md",
        )
    node, first_body_line = read_front_matter(context)
    if not first_body_line:
        return Page(context.file_stem, "", "", "", ())
    with TableReader(context, node, "the page") as top:
        return _build_page(context, top, PageBodyReader(context, first_body_line))


def read_front_matter(context: ParseContext) -> tuple[YamlNode | None, int]:
    """Return the page's front matter and the number of the first line below it; 0 where it has none."""
    lines = context.source_file.lines
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() == FRONT_MATTER_FENCE), 0)
    if not end or lines[0].rstrip() != FRONT_MATTER_FENCE:
        context.report(
            SourceSpan(1, 1), "front-matter", f"a page begins with its head, between two lines of {FRONT_MATTER_FENCE}"
        )
        return None, 0
    return context.parse_root("\n".join(["", *lines[1:end]])), end + 2  # the empty line keeps line numbers true


def _build_page(context: ParseContext, top: TableReader, body_reader: PageBodyReader) -> Page:
    """Build the page from its front matter and its body."""
    id = context.file_stem
    read_suppressions(top, page_key(id))
    sources = tuple(_read_sources(context, top))
    text = body_reader.read_text()
    body_reader.check_source_codes(
        {source.code for source in sources}, top.key_position("sources"), "unverified" in top
    )
    return Page(
        id=id,
        title=top.read_short_text("title", MAX_TITLE_LENGTH),
        gist=top.read_short_text("gist", MAX_GIST_LENGTH),
        text=text,
        sources=sources,
        cited=tuple(body_reader.cited_codes),
        topic=top.read_name("topic", TOPIC_ID_PATTERN, "T02") if "topic" in top else "",
        unverified=top.read_optional_text("unverified", ()),
        review=read_review(top, required=True),
        button=top.read_short_text("button", MAX_LABEL_LENGTH) if "button" in top else "",
        language=read_base_language(top),
        asked=read_word_list(context, top.get("asked"), "'asked'"),
    )


def _read_sources(context: ParseContext, top: TableReader) -> Iterator[Source]:
    """Read the list of sources of the page; report a source that is listed twice."""
    top.require("sources")
    seen: set[str] = set()
    for item in top.read_items("sources"):
        with TableReader(context, item, "the source") as table:
            code = table.read_name("code", SOURCE_CODE_PATTERN, "S06")
            if code and code in seen:
                context.report(table.value_of("code"), "twice", f"the source {code} is listed twice")
            seen.add(code)
            source = Source(
                table.read_text("org", ()),
                table.read_text("title", ()),
                table.read_text("year", ()),
                code,
                table.read_date("checked"),
            )
            refer_to_source(context, table.key_position("code"), code, source.org, source.title, source.year)
            yield source
