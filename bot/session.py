"""What passes between a person and the engine: events in, messages out, the session between."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from bot.shapes import is_count, is_whole
from bot.urgency import Floor

ACT = "!"  # a button id that begins so is something to do; any other is an option of the open question


@dataclass(frozen=True, slots=True)
class Start:
    """Somebody opened the chat, perhaps by a link to a flow. Unknown names lead to the ordinary start."""

    flow: str = ""
    language: str = ""
    country: str = ""
    clinic: str = ""
    phrase: str = ""  # what the bot says first, where a link could not be read
    reviewer: str = ""  # of a draft link, which is good *until* that second of the epoch
    until: int = 0


@dataclass(frozen=True, slots=True)
class Press:
    """A button, by its id. *turn* is the turn it was shown in; None where the world has no old buttons."""

    id: str
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """Words, looked at once and never kept. *turn* is the turn they were written in, as far as that is known."""

    text: str
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class Other:
    """Something that is no answer and never can be: a photo, an edited message. *phrase* is what the bot says to it."""

    phrase: str


Event = Start | Press | Typed | Other


@dataclass(frozen=True, slots=True)
class Button:
    """*label* has 24 characters at most; *text* is the whole of an option whose label is short for it.

    *key* is what may be typed for an option of the open question: its number, or a letter.
    """

    id: str
    label: str
    text: str = ""
    key: str = ""
    copy: str = ""  # what it puts on the clipboard; then it does nothing else, and nobody hears of it


class Kind(StrEnum):
    """What a message is, so that an adapter can send what matters first and forbid forwarding where it should."""

    OPENING = "opening"
    QUESTION = "question"
    NOTE = "note"
    EMERGENCY = "emergency"
    ENDING = "ending"
    PAGE = "page"
    SUMMARY = "summary"
    LIST = "list"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Message:
    """What the bot says. *options* answer the open question; *tools* are everything else that can be pressed."""

    text: str
    kind: Kind = Kind.NOTE
    options: tuple[Button, ...] = ()
    tools: tuple[Button, ...] = ()
    floor: Floor | None = None  # of an ending
    at: str = ""  # the question ("flow.state") or outcome this is about
    sensitive: bool = False
    passing: bool = False  # a line that may pass by: it need not stay on the screen
    lead: str = ""  # a line above the text that says nothing of what this is about, for whoever sees the phone

    phone: str = ""  # of a contact: what is dialled

    @property
    def whole(self) -> str:
        """All that is to be read."""
        return f"{self.lead}\n{self.text}" if self.lead else self.text

    @property
    def buttons(self) -> tuple[Button, ...]:
        return self.options + self.tools


@dataclass(frozen=True, slots=True)
class Session:
    """One person's conversation, immutable. It holds option ids, never typed words, no name and no number.

    Nothing of it may be kept before *agreed*. *turn* rises with everything that changes it, so that a button belongs to
    one question of one turn. *begun* counts the conversations of its life, and *counted* is what a clinic's weekly
    numbers already have of this one. *reviewer* came by a draft link that is good *until* that second. *walked* is what
    was found out about it before, and never kept: it spares finding it out again, and changes nothing. *uncovered*
    means that private questions stand openly, as this person chose; *told*, that they said whether an ending was clear.
    """

    library: str = ""
    flow: str = ""
    language: str = "en"
    country: str = ""
    clinic: str = ""
    agreed: bool = False
    begun: int = 0
    answers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    changing: str = ""
    turn: int = 0
    misses: int = 0
    shown_emergency: bool = False
    counted: str = ""
    reviewer: str = ""
    until: int = 0
    uncovered: bool = False
    told: bool = False
    walked: object = field(default=None, compare=False, repr=False)

    def to_table(self) -> dict[str, Any]:
        """What differs from a session in which nothing has happened: all that need be kept."""
        kept = {name: value for name, blank in KEPT.items() if (value := getattr(self, name)) != blank}
        return kept | {"answers": dict(self.answers)}

    @classmethod
    def from_table(cls, kept: object) -> "Session":
        """The session that was kept so; ValueError for anything that is not one."""
        if not isinstance(kept, dict) or not {"answers"} <= kept.keys() <= KEPT.keys() | {"answers"}:
            raise ValueError("not a session")
        if not all(_is_like(blank, kept.get(name, blank)) for name, blank in KEPT.items()):
            raise ValueError("not a session")
        answers = kept["answers"]
        if not isinstance(answers, dict) or not all(isinstance(text, str) for pair in answers.items() for text in pair):
            raise ValueError("not a session")
        return cls(**kept | {"answers": MappingProxyType(answers)})

    def to_json(self) -> str:
        return json.dumps(self.to_table(), separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Session":
        """The session that *text* is; ValueError for anything that is not one."""
        kept = json.loads(text)
        if not is_whole(text, kept):
            raise ValueError("not a session")
        return cls.from_table(kept)


KEPT = {
    field.name: getattr(Session(), field.name) for field in fields(Session) if field.name not in ("walked", "answers")
}


def _is_like(blank: object, value: object) -> bool:
    """Whether *value* may stand where *blank* does."""
    return type(value) is type(blank) and (type(value) is not int or is_count(value))
