"""The outbox entry: the messages that one update leads to, committed with it and kept until they are delivered.

The names in rows are those given to `field`. An unknown name, which a newer release may have written, makes the whole
row unreadable: an entry is never half read.
"""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, field

from bot.model.stored_types import StoredCount, StoredInteger, StoredSeconds

Entity = list[str | StoredInteger]  # Telegram's type, offset and length, in UTF-16 units
ButtonCells = Annotated[list[str], Meta(min_length=2, max_length=3)]  # label and data, or label, "" and what it copies
ButtonRows = list[list[ButtonCells]]


class OutgoingMessage(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A message to be sent. A *phone* makes it a contact; *protect* forbids to forward and save it.

    *essential* is what matters most of an emergency, for the day when Telegram refuses all of it.
    """

    text: str
    rows: ButtonRows
    protect: bool
    entities: list[Entity] = field(default_factory=list, name="marks")
    phone: str = ""
    essential: str = field(default="", name="core")


class CallbackAnswer(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The answer to a callback query: its id, and the toast to show; empty for a silent answer."""

    query_id: str
    toast: str


class OutboxEntry(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The messages that one update leads to, and what follows from it for older messages."""

    callback_answer: CallbackAnswer | UnsetType = field(default=UNSET, name="tap")
    emergency: tuple[OutgoingMessage, ...] = field(default=(), name="alarm")
    extra: tuple[OutgoingMessage, ...] = field(default=(), name="beside")  # pages, the summary, a phone number
    extra_is_page: bool = field(default=False, name="page")  # one reading page, which can be turned in place
    main: Annotated[tuple[OutgoingMessage, ...], Meta(min_length=1)] = field(default=(), name="card")
    main_kind: str = field(default="", name="kind")
    update_id: StoredInteger = field(name="n")
    turn: StoredCount
    advanced: bool = field(name="moved")  # whether the update changed the session
    answered_text: str = field(default="", name="left")  # what the message of the answered question shall show
    typed_message: StoredInteger = field(default=0, name="typed")  # the typed answer, to be deleted
    page_to_turn: StoredInteger = field(default=0, name="over")  # the page that was tapped on
    strip_buttons_of: StoredInteger = field(default=0, name="bare")  # a message with outdated buttons
    closes_list: bool = field(default=False, name="leaves")  # the list of countries is over
    closing_line: OutgoingMessage | UnsetType = field(default=UNSET, name="line")  # all that stays after a deletion
    messages_to_clear: tuple[StoredInteger, ...] | UnsetType = field(default=UNSET, name="clear")
    some_left_line: OutgoingMessage | UnsetType = field(default=UNSET, name="some_left")
    deletion_until: StoredSeconds = field(default=0.0, name="until")  # Telegram deletes nothing after that
    alerting_instance: str | UnsetType = field(default=UNSET, name="rings")  # sends the emergency of another's chat
    alerted_ids: tuple[StoredInteger, ...] = field(default=(), name="rung")  # the messages in which it stands
    alert_may_be_duplicated: bool = field(default=False, name="doubt")

    @property
    def is_deletion(self) -> bool:
        """Whether the entry clears the chat, even of no message."""
        return self.messages_to_clear is not UNSET
