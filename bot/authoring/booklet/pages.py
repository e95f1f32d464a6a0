"""The pages that a flow offers to read, printed in full; each has its own hash, as it is signed on its own."""

from collections.abc import Iterator

from bot.authoring.documents.model import Group, Line, Part, Style
from bot.model.bundle import Library
from bot.model.content import Page
from bot.model.flow import Effect, Flow, Outcome, Question, Statement
from bot.model.signoff import state_in_words, words_of


def pages_of(flow: Flow) -> list[str]:
    """Return the ids of all pages that *flow* can offer, in the order of the file."""
    found = (page for effect in _effects(flow) for page in effect.learn)
    return list(dict.fromkeys((*flow.information, *found)))


def _effects(flow: Flow) -> Iterator[Effect]:
    """Yield the effects of all options, statements, outcomes and rules of *flow*."""
    for state in flow.states.values():
        match state:
            case Question(options=options):
                yield from (option.effect for option in options)
            case Statement() | Outcome():
                yield state.effect
    yield from (rule.effect for rule in flow.rules)


def page_part(library: Library, id: str, today: str) -> Part:
    """Return the booklet part that prints one page with its sign-off and sources."""
    page = library.page(id)
    file = f"content/{id}.md"
    groups = (
        (Line(page.title, Style.CHAPTER), Line(page.gist), Line(_signed(page, today), Style.SMALL)),
        *sections(page.text),
        tuple(_sources(page)),
    )
    return Part(page.title, f"{file}, words {words_of(page)}", groups)


def _signed(page: Page, today: str) -> str:
    """Return a sentence about the sign-off of *page*, its button label and its topic."""
    label = f" On a button: {page.button}." if page.button else ""
    topic = f" Topic {page.topic}." if page.topic else ""
    return f"{state_in_words(page, today).capitalize()}.{label}{topic}"


def sections(text: str) -> Iterator[Group]:
    """Yield the groups of a Markdown text, as far as pages use Markdown: headings, lists, paragraphs."""
    first, *others = f"\n{text}".split("\n## ")
    if first.strip():
        yield tuple(_paragraphs(first))
    for part in others:
        head, _, rest = part.partition("\n")
        yield (Line(head, Style.HEADING), *_paragraphs(rest))


def _paragraphs(text: str) -> Iterator[Line]:
    """Yield each list item and paragraph of *text* as a line."""
    for line in text.splitlines():
        if line.startswith("- "):
            yield Line(line.removeprefix("- "), Style.BULLET)
        elif line.strip():
            yield Line(line.strip())


def _sources(page: Page) -> Iterator[Line]:
    """Yield the lines that list the sources of *page* and what is unverified."""
    yield Line("Sources", Style.HEADING)
    for source in page.sources:
        told = f"{source.code}: {source.org}, {source.title} ({source.year}). Compared on {source.checked}."
        yield Line(told, Style.FAINT, 1)
    cited = [code for code in page.cited if code not in {source.code for source in page.sources}]
    if cited:
        yield Line(f"Also marked in the text: {', '.join(cited)} (GK: general knowledge).", Style.SMALL)
    if page.unverified:
        yield Line(f"Unverified: {page.unverified}", Style.STRONG)
