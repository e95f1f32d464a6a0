"""Data types of the engine: events that come in, messages that go out, and the session between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from msgspec import Struct, field
from msgspec.json import Decoder, Encoder
from msgspec.structs import force_setattr, replace

from bot.model.stored_types import StoredCount
from bot.model.urgency import Floor

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
    """Typed words, used once and never stored. *turn* is the turn they were written in, as far as that is known.

    *shows_all_keys* says whether every option has its number or letter beside it; else only long ones have.
    """

    text: str
    turn: int | None = None
    shows_all_keys: bool = True


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


NO_ANSWERS: Mapping[str, str] = MappingProxyType({})


class Session(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, dict=True):
    """One person's conversation, immutable. It holds option ids, never typed words, no name and no number.

    Nothing of it may be stored before consent. The names in rows are those given to `field`; only what differs from a
    new session is stored, and the answers always. An unknown name, which a newer release may have written, makes it
    unreadable: a session is never half read.
    """

    bundle_version: str = field(default="", name="library")
    flow: str = ""
    language: str = "en"
    country: str = ""
    clinic: str = ""
    consented: bool = field(default=False, name="agreed")  # the button of the first screen was pressed
    started: StoredCount = field(default=0, name="begun")  # how many conversations began in this session's life
    answers: Mapping[str, str] = field(default_factory=lambda: NO_ANSWERS)
    changing: str = ""  # the earlier question that is being changed, as "flow.state"
    turn: StoredCount = 0  # rises with every change, so that a button belongs to one question of one turn
    unmatched: StoredCount = field(default=0, name="misses")  # typed texts in a row that matched nothing
    offered: str = ""  # what a typed yes or no is the answer to: "help", or "change" of the answer before
    shown_emergency: bool = False
    recorded: str = field(default="", name="counted")  # what the clinic's statistics already have of this conversation
    reviewer: str = ""  # the reviewer who came by a draft link
    draft_until: StoredCount = field(default=0, name="until")  # the second of the epoch up to which that link is valid
    reveal_private: bool = field(default=False, name="uncovered")  # whether private questions are shown openly
    feedback_given: bool = field(default=False, name="told")  # whether this person said if the ending was clear

    def __post_init__(self) -> None:
        if isinstance(self.answers, dict):
            force_setattr(self, "answers", MappingProxyType(self.answers))

    def with_changes(self, **changes: Any) -> "Session":
        """Return a session that differs in the fields *changes*; the cached interpreter goes along."""
        changed = replace(self, **changes)
        changed.__dict__.update(self.__dict__)
        return changed

    @property
    def cached_interpreter(self) -> object:
        """An earlier replay, to save time. It is no field: never stored, and no part of the session's value."""
        return self.__dict__.get("interpreter")

    def cache_interpreter(self, interpreter: object) -> None:
        """Remember *interpreter*, the replay of these answers."""
        self.__dict__["interpreter"] = interpreter

    def to_json(self) -> str:
        """Return the session as compact JSON."""
        return encode_json(self)

    @classmethod
    def from_json(cls, text: str) -> "Session":
        """Return the session that *text* holds; ValueError for anything that is not one."""
        try:
            session = _decoder.decode(text)
        except (ValueError, RecursionError):
            raise ValueError("not a session") from None
        if not session.has_stored_answers:
            raise ValueError("not a session")
        return session

    @property
    def has_stored_answers(self) -> bool:
        """Whether it was read with its answers, even if there are none: a stored session without them is not ours."""
        return self.answers is not NO_ANSWERS


_decoder = Decoder(Session)
_encoder = Encoder(enc_hook=dict)  # for the read-only mappings, the one type that msgspec does not know


def encode_json(value: Struct) -> str:
    """Return *value*, which may hold sessions, as compact JSON."""
    return _encoder.encode(value).decode()
