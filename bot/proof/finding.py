"""A finding: which promise is broken, where it is written, and the shortest chats that show it."""

from dataclasses import dataclass

from bot.model.diagnostics import SourceKey


@dataclass(frozen=True, slots=True)
class ExampleChat:
    """An example chat: the entry flow, and each question (`flow.state`) with the option that was chosen.

    *note* is printed above it. *turning_point* is the number of answers after which something became true, and
    *turning_point_note* says what. *about_questions* are the questions whose answers matter here: a rule that looks at
    them, and nearly holds, may be what is wrong."""

    entry_flow: str
    answers: tuple[tuple[str, str], ...]
    note: str = ""
    turning_point: int = 0
    turning_point_note: str = ""
    about_questions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LongestChat:
    """The highest number of questions that a bound allows for, and a chat that takes so many."""

    question_count: int
    chat: ExampleChat


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken promise.

    *key* is the place in the files to correct; *other_keys* are the other places that contribute."""

    code: str
    key: SourceKey
    message: str
    chats: tuple[ExampleChat, ...] = ()
    other_keys: tuple[SourceKey, ...] = ()


def state_key(state_id: str, option: str = "") -> SourceKey:
    """Return the source key of a question or an ending (`flow.state`), or of one of its options."""
    flow, _, state = state_id.partition(".")
    return (flow, state, option) if option else (flow, state)


def field_key(key: SourceKey, field: str) -> SourceKey:
    """Return the source key of one field of what is filed under *key*."""
    return (*key, "", field)
