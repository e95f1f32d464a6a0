"""Guards as text for clinicians: questions and answers as people see them, one condition a line."""

from collections.abc import Iterator

from bot.authoring.documents.document_model import Paragraph, ParagraphStyle
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.flow import Option, Question
from bot.model.guards import AnswerIs, AtLeast, Guard, Not, UrgencyIs
from bot.model.urgency import Floor, Urgency


def guard_lines(bundle: ContentBundle, guard: Guard, depth: int = 0) -> Iterator[Paragraph]:
    """Yield *guard* as nested list lines, to stand below words such as "all of this is so"."""
    match guard:
        case AtLeast(count, parts) if count == len(parts) and (depth == 0 or count == 1):
            for part in parts:
                yield from guard_lines(bundle, part, depth)
        case AnswerIs(question, options):
            yield _faint_line(_describe_answer(bundle, question, options), depth)
        case UrgencyIs(urgencies):
            words = [describe_urgency(bundle, Floor(urgency)) for urgency in sorted(urgencies)]
            yield _faint_line(f"the ending so far would be: {_join_with_or(words)}", depth)
        case Not(part):
            yield _faint_line("this is not so:", depth)
            yield from guard_lines(bundle, part, depth + 1)
        case AtLeast(count, parts):
            quantity = "all" if count == len(parts) else "at least one" if count == 1 else f"at least {count}"
            yield _faint_line(f"{quantity} of these:", depth)
            for part in parts:
                yield from guard_lines(bundle, part, depth + 1)


def _faint_line(text: str, depth: int) -> Paragraph:
    """Return *text* as a faint list line."""
    return Paragraph(text, ParagraphStyle.FAINT, depth + 1)


def _describe_answer(bundle: ContentBundle, qualified_name: str, options: frozenset[str]) -> str:
    """Return the sentence that a question (`flow.state`) was answered with one of *options*."""
    flow, _, name = qualified_name.partition(".")
    question = bundle.flows[BASE_LANGUAGE][flow].states[name]
    assert isinstance(question, Question)
    answers = [f"“{option_text(bundle, option)}”" for option in question.options if option.id in options]
    return f"“{first_line(question.ask)}” was answered {_join_with_or(answers)}"


def _join_with_or(words: list[str]) -> str:
    """Join *words* as "a, b or c"."""
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


def option_text(bundle: ContentBundle, option: Option) -> str:
    """Return what an option says; two standard options take their text from the phrases."""
    return option.text or bundle.text(option.id)


def first_line(text: str) -> str:
    """Return the first line of *text*: the question without the lines that help to answer it."""
    return text.partition("\n")[0]


def describe_urgency(bundle: ContentBundle, floor: Floor) -> str:
    """Return the phrase for the urgency of *floor*, with its number of days filled in."""
    days = str(floor.days) if floor.days else "1 to 14"
    return bundle.text(f"urgency_{floor.urgency.slug}").replace("{days}", days)


def describe_ending(bundle: ContentBundle, floor: Floor) -> str:
    """Return how an ending begins: action and time limit. An emergency begins with the outcome's own words."""
    if floor.urgency is Urgency.EMERGENCY:
        return describe_urgency(bundle, floor)
    return bundle.text(f"action_{floor.urgency.slug}").replace("{days}", str(floor.days))
