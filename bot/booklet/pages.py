"""The pages that a flow gives people to read, in full, each with its own hash: it is signed on its own."""

from collections.abc import Iterator

from bot.booklet.parts import Group, Line, Part, Style
from bot.content import Page
from bot.flow import Effect, Flow, Outcome, Question, Statement
from bot.library import Library
from bot.signing import state_in_words, words_of


def pages_of(flow: Flow) -> list[str]:
    """Every page that *flow* can give to read, in the order of the file."""
    found = (page for effect in _effects(flow) for page in effect.learn)
    return list(dict.fromkeys((*flow.information, *found)))


def _effects(flow: Flow) -> Iterator[Effect]:
    for state in flow.states.values():
        match state:
            case Question(options=options):
                yield from (option.effect for option in options)
            case Statement() | Outcome():
                yield state.effect
    yield from (rule.effect for rule in flow.rules)


def page_part(library: Library, id: str, today: str) -> Part:
    page = library.page(id)
    file = f"content/{id}.md"
    groups = (
        (Line(page.title, Style.CHAPTER), Line(page.gist), Line(_signed(page, today), Style.SMALL)),
        *sections(page.text),
        tuple(_sources(page)),
    )
    return Part(page.title, f"{file}, words {words_of(page)}", groups)


def _signed(page: Page, today: str) -> str:
    label = f" On a button: {page.button}." if page.button else ""
    topic = f" Topic {page.topic}." if page.topic else ""
    return f"{state_in_words(page, today).capitalize()}.{label}{topic}"


def sections(text: str) -> Iterator[Group]:
    """Markdown as far as pages use it: headings, lists, paragraphs."""
    first, *others = f"\n{text}".split("\n## ")
    if first.strip():
        yield tuple(_paragraphs(first))
    for part in others:
        head, _, rest = part.partition("\n")
        yield (Line(head, Style.HEADING), *_paragraphs(rest))


def _paragraphs(text: str) -> Iterator[Line]:
    for line in text.splitlines():
        if line.startswith("- "):
            yield Line(line.removeprefix("- "), Style.BULLET)
        elif line.strip():
            yield Line(line.strip())


def _sources(page: Page) -> Iterator[Line]:
    yield Line("Sources", Style.HEADING)
    for source in page.sources:
        told = f"{source.code}: {source.org}, {source.title} ({source.year}). Compared on {source.checked}."
        yield Line(told, Style.FAINT, 1)
    cited = [code for code in page.cited if code not in {source.code for source in page.sources}]
    if cited:
        yield Line(f"Also marked in the text: {', '.join(cited)} (GK: general knowledge).", Style.SMALL)
    if page.unverified:
        yield Line(f"Unverified: {page.unverified}", Style.STRONG)
