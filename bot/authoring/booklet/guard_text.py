"""Guards as text for clinicians: questions and answers as people see them, one condition a line."""

from collections.abc import Iterator

from bot.authoring.documents.model import Line, Style
from bot.model.bundle import BASE, Library
from bot.model.flow import Option, Question
from bot.model.guards import AtLeast, Is, Not, Reached, When
from bot.model.urgency import Floor, Urgency


def guard(library: Library, when: When, deep: int = 0) -> Iterator[Line]:
    """Yield *guard* as nested list lines, to stand below words such as "all of this is so"."""
    match when:
        case AtLeast(count, parts) if count == len(parts) and (deep == 0 or count == 1):
            for part in parts:
                yield from guard(library, part, deep)
        case Is(question, options):
            yield _line(_answered(library, question, options), deep)
        case Reached(urgencies):
            words = [urgency_in_words(library, Floor(urgency)) for urgency in sorted(urgencies)]
            yield _line(f"the ending so far would be: {_or(words)}", deep)
        case Not(part):
            yield _line("this is not so:", deep)
            yield from guard(library, part, deep + 1)
        case AtLeast(count, parts):
            many = "all" if count == len(parts) else "at least one" if count == 1 else f"at least {count}"
            yield _line(f"{many} of these:", deep)
            for part in parts:
                yield from guard(library, part, deep + 1)


def _line(text: str, deep: int) -> Line:
    """Return *text* as a faint list line."""
    return Line(text, Style.FAINT, deep + 1)


def _answered(library: Library, at: str, options: frozenset[str]) -> str:
    """Return the sentence that a question (`flow.state`) was answered with one of *options*."""
    flow, _, name = at.partition(".")
    asked = library.flows[BASE][flow].states[name]
    assert isinstance(asked, Question)
    given = [f"“{answer(library, option)}”" for option in asked.options if option.id in options]
    return f"“{first(asked.ask)}” was answered {_or(given)}"


def _or(words: list[str]) -> str:
    """Join *words* as "a, b or c"."""
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


def answer(library: Library, option: Option) -> str:
    """Return what an option says; two standard options take their text from the phrases."""
    return option.text or library.text(option.id)


def first(text: str) -> str:
    """Return the first line of *text*: the question without the lines that help to answer it."""
    return text.partition("\n")[0]


def urgency_in_words(library: Library, floor: Floor) -> str:
    """Return the phrase for the urgency of *floor*, with its number of days filled in."""
    days = str(floor.days) if floor.days else "1 to 14"
    return library.text(f"urgency_{floor.urgency.word}").replace("{days}", days)


def ending_in_words(library: Library, floor: Floor) -> str:
    """Return how an ending begins: action and time limit. An emergency begins with the outcome's own words."""
    if floor.urgency is Urgency.EMERGENCY:
        return urgency_in_words(library, floor)
    return library.text(f"action_{floor.urgency.word}").replace("{days}", str(floor.days))
