"""A promise that is broken: which, where it is written, and the shortest chats that show it."""

from dataclasses import dataclass

Key = tuple[str | int, ...]  # a place in the files; see `bot.loading.Atlas`


@dataclass(frozen=True, slots=True)
class Chat:
    """A way in, and what was answered: question (`flow.state`) and option. *note* stands above it, *mark* is the number
    of answers after which something came to hold, and *holds* says what. It is *about* the answers to some questions:
    a rule that looks there, and nearly holds, may be what is wrong.
    """

    way_in: str
    said: tuple[tuple[str, str], ...]
    note: str = ""
    mark: int = 0
    holds: str = ""
    about: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Length:
    """How long it can take, and a chat that takes so long."""

    most: int
    chat: Chat


@dataclass(frozen=True, slots=True)
class Finding:
    """*key* is the place to mend; *others* are the other places that make it so."""

    slug: str
    key: Key
    message: str
    chats: tuple[Chat, ...] = ()
    others: tuple[Key, ...] = ()


def key_of(at: str, option: str = "") -> Key:
    """The place of a question or an ending (`flow.state`), or of one of its options."""
    flow, _, state = at.partition(".")
    return (flow, state, option) if option else (flow, state)


def field_of(key: Key, field: str) -> Key:
    """The line of one field of what is filed under *key*."""
    return (*key, "", field)
