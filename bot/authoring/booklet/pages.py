"""The pages that a flow offers to read, printed in full; each has its own hash, as it is signed on its own."""

from collections.abc import Iterator

from bot.authoring.documents.document_model import DocumentPart, Paragraph, ParagraphGroup, ParagraphStyle
from bot.model.bundle import ContentBundle
from bot.model.content import Page
from bot.model.flow import Effect, Flow, Outcome, Question, Statement
from bot.model.signoff import content_hash, describe_signoff


def page_ids_of(flow: Flow) -> list[str]:
    """Return the ids of all pages that *flow* can offer, in the order of the file."""
    page_ids = (page for effect in _effects_of(flow) for page in effect.learn)
    return list(dict.fromkeys((*flow.information, *page_ids)))


def _effects_of(flow: Flow) -> Iterator[Effect]:
    """Yield the effects of all options, statements, outcomes and rules of *flow*."""
    for state in flow.states.values():
        match state:
            case Question(options=options):
                yield from (option.effect for option in options)
            case Statement() | Outcome():
                yield state.effect
    yield from (rule.effect for rule in flow.rules)


def page_part(bundle: ContentBundle, page_id: str, today: str) -> DocumentPart:
    """Return the booklet part that prints one page with its sign-off and sources."""
    page = bundle.page(page_id)
    file = f"content/{page_id}.md"
    groups = (
        (
            Paragraph(page.title, ParagraphStyle.CHAPTER),
            Paragraph(page.gist),
            Paragraph(_signoff_line(page, today), ParagraphStyle.SMALL),
        ),
        *markdown_groups(page.text),
        tuple(_source_lines(page)),
    )
    return DocumentPart(page.title, f"{file}, words {content_hash(page)}", groups)


def _signoff_line(page: Page, today: str) -> str:
    """Return a sentence about the sign-off of *page*, its button label, its topic and what people ask."""
    label = f" On a button: {page.button}." if page.button else ""
    topic = f" Topic {page.topic}." if page.topic else ""
    asked = f" People ask: {'; '.join(page.asked)}." if page.asked else ""
    return f"{describe_signoff(page, today).capitalize()}.{label}{topic}{asked}"


def markdown_groups(text: str) -> Iterator[ParagraphGroup]:
    """Yield the groups of a Markdown text, as far as pages use Markdown: headings, lists, paragraphs."""
    intro, *others = f"\n{text}".split("\n## ")
    if intro.strip():
        yield tuple(_paragraph_lines(intro))
    for part in others:
        heading, _, rest = part.partition("\n")
        yield (Paragraph(heading, ParagraphStyle.HEADING), *_paragraph_lines(rest))


def _paragraph_lines(text: str) -> Iterator[Paragraph]:
    """Yield each list item and paragraph of *text* as a line."""
    for line in text.splitlines():
        if line.startswith("- "):
            yield Paragraph(line.removeprefix("- "), ParagraphStyle.BULLET)
        elif line.strip():
            yield Paragraph(line.strip())


def _source_lines(page: Page) -> Iterator[Paragraph]:
    """Yield the lines that list the sources of *page* and what is unverified."""
    yield Paragraph("Sources", ParagraphStyle.HEADING)
    for source in page.sources:
        text = f"{source.code}: {source.org}, {source.title} ({source.year}). Compared on {source.checked}."
        yield Paragraph(text, ParagraphStyle.FAINT, 1)
    cited = [code for code in page.cited if code not in {source.code for source in page.sources}]
    if cited:
        yield Paragraph(f"Also marked in the text: {', '.join(cited)} (GK: general knowledge).", ParagraphStyle.SMALL)
    if page.unverified:
        yield Paragraph(f"Unverified: {page.unverified}", ParagraphStyle.STRONG)
