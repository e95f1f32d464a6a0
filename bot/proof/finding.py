"""A finding: which promise is broken, where it is written, and the shortest chats that show it."""

from dataclasses import dataclass

Key = tuple[str | int, ...]  # a place in the files; see `bot.authoring.loader.SourceMap`


@dataclass(frozen=True, slots=True)
class Chat:
    """An example chat: the entry flow, and each question (`flow.state`) with the option that was chosen.

    *note* is printed above it. *turning_point* is the number of answers after which something became true, and
    *turning_point_note* says what. *about_questions* are the questions whose answers matter here: a rule that looks at
    them, and nearly holds, may be what is wrong."""

    way_in: str
    said: tuple[tuple[str, str], ...]
    note: str = ""
    mark: int = 0
    holds: str = ""
    about: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Length:
    """The highest number of questions that a bound allows for, and a chat that takes so many."""

    most: int
    chat: Chat


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken promise.

    *key* is the place in the files to correct; *other_keys* are the other places that contribute."""

    slug: str
    key: Key
    message: str
    chats: tuple[Chat, ...] = ()
    others: tuple[Key, ...] = ()


def key_of(at: str, option: str = "") -> Key:
    """Return the source key of a question or an ending (`flow.state`), or of one of its options."""
    flow, _, state = at.partition(".")
    return (flow, state, option) if option else (flow, state)


def field_of(key: Key, field: str) -> Key:
    """Return the source key of one field of what is filed under *key*."""
    return (*key, "", field)
