"""Data types of the engine: events that come in, messages that go out, and the session between them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from bot.model.urgency import Floor
from bot.sessions.row_schema import has_no_lone_surrogates, is_count

COMMAND_PREFIX = "!"  # a button id that begins so is a command; any other is an option of the open question


@dataclass(frozen=True, slots=True)
class Start:
    """A start of the chat, perhaps through a deep link. Unknown names lead to the ordinary start."""

    flow: str = ""
    language: str = ""
    country: str = ""
    clinic: str = ""
    phrase: str = ""  # what the bot says first, where a link could not be read
    reviewer: str = ""  # of a draft link, which is good *until* that second of the epoch
    until: int = 0


@dataclass(frozen=True, slots=True)
class ButtonPress:
    """A press of a button, by the button's id. *turn* is the turn it was shown in; None where no old buttons exist."""

    id: str
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class TypedText:
    """Typed words, used once and never stored. *turn* is the turn they were written in, as far as that is known."""

    text: str
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class OtherInput:
    """Input that can never be an answer: a photo, an edited message. *phrase* is what the bot says to it."""

    phrase: str


Event = Start | ButtonPress | TypedText | OtherInput


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message.

    *label* has 24 characters at most; *text* is the whole text of an option whose label is short for it.
    *key* is what may be typed for an option of the open question: its number, or a letter.
    """

    id: str
    label: str
    text: str = ""
    key: str = ""
    copy_text: str = ""  # what it puts on the clipboard; then it does nothing else, and the bot is not told


class MessageKind(StrEnum):
    """Kind of a message, by which an adapter sends what matters first and forbids forwarding where it should."""

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
    """One message of the bot. *options* answer the open question; *tools* are all other buttons."""

    text: str
    kind: MessageKind = MessageKind.NOTE
    options: tuple[Button, ...] = ()
    tools: tuple[Button, ...] = ()
    floor: Floor | None = None  # of an ending
    state_id: str = ""  # the question or outcome that this is about, as "flow.state"
    sensitive: bool = False
    transient: bool = False  # a note that need not stay on the screen
    lead: str = ""  # a line above the text that does not show the subject to others who see the phone

    phone: str = ""  # of a contact: what is dialled

    @property
    def full_text(self) -> str:
        """The complete text to read: the lead, then the text."""
        return f"{self.lead}\n{self.text}" if self.lead else self.text

    @property
    def buttons(self) -> tuple[Button, ...]:
        """All buttons: the options, then the tools."""
        return self.options + self.tools


@dataclass(frozen=True, slots=True)
class Session:
    """One person's conversation, immutable. It holds option ids, never typed words, no name and no number.

    Nothing of it may be stored before consent.
    """

    library: str = ""  # the version of the bundle
    flow: str = ""
    language: str = "en"
    country: str = ""
    clinic: str = ""
    agreed: bool = False  # consent: the button of the first screen was pressed
    begun: int = 0  # how many conversations began in this session's life
    answers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    changing: str = ""  # the earlier question that is being changed, as "flow.state"
    turn: int = 0  # rises with every change, so that a button belongs to one question of one turn
    misses: int = 0  # typed texts in a row that matched nothing
    shown_emergency: bool = False
    counted: str = ""  # what the clinic's weekly statistics already have of this conversation
    reviewer: str = ""  # the reviewer who came by a draft link
    until: int = 0  # the second of the epoch up to which that draft link is valid
    uncovered: bool = False  # whether private questions are shown openly, as this person chose
    told: bool = False  # whether this person said if the ending was clear
    walked: object = field(default=None, compare=False, repr=False)  # an earlier replay, to save time; never stored

    def to_dict(self) -> dict[str, Any]:
        """Return the fields that differ from a new session, and the answers: all that needs to be stored."""
        stored = {name: value for name, default in STORED_DEFAULTS.items() if (value := getattr(self, name)) != default}
        return stored | {"answers": dict(self.answers)}

    @classmethod
    def from_dict(cls, stored: object) -> "Session":
        """Return the session that `to_dict` wrote; ValueError for anything that is not one."""
        if not isinstance(stored, dict) or not {"answers"} <= stored.keys() <= STORED_DEFAULTS.keys() | {"answers"}:
            raise ValueError("not a session")
        if not all(_is_valid_for(default, stored.get(name, default)) for name, default in STORED_DEFAULTS.items()):
            raise ValueError("not a session")
        answers = stored["answers"]
        if not isinstance(answers, dict) or not all(isinstance(text, str) for pair in answers.items() for text in pair):
            raise ValueError("not a session")
        return cls(**stored | {"answers": MappingProxyType(answers)})

    def to_json(self) -> str:
        """Return the session as compact JSON."""
        return json.dumps(self.to_dict(), separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Session":
        """Return the session that *text* holds; ValueError for anything that is not one."""
        stored = json.loads(text)
        if not has_no_lone_surrogates(text, stored):
            raise ValueError("not a session")
        return cls.from_dict(stored)


STORED_DEFAULTS = {
    field.name: getattr(Session(), field.name) for field in fields(Session) if field.name not in ("walked", "answers")
}


def _is_valid_for(default: object, value: object) -> bool:
    """Whether *value* has the type of *default*; a whole number must also be a valid count."""
    return type(value) is type(default) and (type(value) is not int or is_count(value))
