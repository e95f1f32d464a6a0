"""The view of a chat: the messages known in it, which one is the main message, and what it looks like.

It is written into the dictionary that the record keeps, so that it outlives the process.
"""

from typing import Any

from bot.engine.session import MessageKind

MAX_DUPLICATES = 10
MAX_REMEMBERED_IDS = 1000  # messages of one chat that are remembered, to be cleared by /delete
REPEATED_EMERGENCY_SECONDS = 30  # seconds after an emergency in which the same one is not sent again
CLOCK_SKEW_SECONDS = 2  # seconds by which Telegram's clock and ours may differ


class ChatView:
    """The messages known in one chat; it reads and writes the record's dictionary *notes*."""

    def __init__(self, notes: dict[str, Any]) -> None:
        self.notes = notes

    @property
    def main_message(self) -> int:
        """The main message: the one that is edited in place; 0 when there is none."""
        return int(self.notes.get("card", 0))

    @property
    def main_kind(self) -> str:
        """The kind of the main message; empty when there is none."""
        return str(self.notes.get("kind", ""))

    @property
    def last_message(self) -> int:
        """The newest message known in the chat; 0 when there is none."""
        return int(self.notes.get("last", 0))

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the main message's content; empty when it is not known."""
        return str(self.notes.get("face", ""))

    @property
    def message_ids(self) -> list[int]:
        """Every message known to be in the chat, the bot's and the person's: what /delete has to clear."""
        message_ids: list[int] = self.notes.setdefault("ids", [])
        return message_ids

    @property
    def with_buttons(self) -> list[int]:
        """Messages besides the main one whose buttons still work: an ending, an emergency."""
        with_buttons: list[int] = self.notes.setdefault("up", [])
        return with_buttons

    def note_buttons_removed(self, message: int) -> None:
        """Record that *message* has no buttons any more."""
        if message in self.with_buttons:
            self.with_buttons.remove(message)

    @property
    def last_emergency(self) -> int:
        """The newest emergency message; 0 when there was none."""
        return int(self.notes.get("alarm", [0])[0])

    def note_emergency(self, message: int, fingerprint: str, shown_at: float) -> None:
        """Record that *message* shows an emergency with this fingerprint since *shown_at*."""
        self.notes["alarm"] = [message, fingerprint, int(shown_at)]

    def has_just_shown_emergency(self, fingerprint: str, now: float) -> bool:
        """Whether an emergency with this fingerprint came just now and is the newest message in the chat."""
        message, noted_fingerprint, shown_at = self.notes.get("alarm", [0, "", 0])
        return bool(
            noted_fingerprint == fingerprint
            and message == self.last_message
            and 0 <= now - shown_at < REPEATED_EMERGENCY_SECONDS
        )

    @property
    def page_messages(self) -> list[int]:
        """Messages that show a page and can turn to the next one."""
        page_messages: list[int] = self.notes.setdefault("pages", [])
        return page_messages

    @property
    def former_main_messages(self) -> list[list[Any]]:
        """Former main messages that must still lose their buttons: `[id, the text they shall show]`."""
        former_main_messages: list[list[Any]] = self.notes.setdefault("left", [])
        return former_main_messages

    def finished_steps(self, update_id: int) -> list[str]:
        """The delivery steps of one outbox entry that are finished, as a list to append to."""
        finished_steps: list[str] = self.notes.setdefault("done", {}).setdefault(str(update_id), [])
        return finished_steps

    def all_message_ids(self) -> list[int]:
        """Return every message that may be in the chat, the bot's and the person's, sorted."""
        former = (message for message, _ in self.former_main_messages)
        return sorted(
            {
                *self.message_ids,
                *self.unknown,
                *self.to_delete,
                *self.with_buttons,
                *self.page_messages,
                *former,
                self.main_message,
            }
            - {0}
        )

    @property
    def clearing_update_id(self) -> int:
        """The outbox entry that is clearing the chat now; 0 when there is none."""
        return int(self.notes.get("cleared", 0))

    def note_cleared(self, messages: list[int]) -> None:
        """Record that the chat is cleared: *messages* are gone, or cannot be deleted and stay."""
        self.notes.pop("cleared", None)
        for message in messages:
            self.note_deleted(message)

    def forget_steps(self, update_id: int) -> None:
        """Forget the finished steps of an outbox entry: it is delivered."""
        self.notes.get("done", {}).pop(str(update_id), None)

    @property
    def main_is_last(self) -> bool:
        """Whether there is a main message and nothing newer in the chat."""
        return bool(self.main_message) and self.main_message >= self.last_message

    @property
    def unknown(self) -> list[int]:
        """The bot's messages that were tapped but are not known to be sent: perhaps one of two duplicates."""
        unknown: list[int] = self.notes.setdefault("strange", [])
        return unknown

    @property
    def to_delete(self) -> list[int]:
        """Messages that may be duplicates and are to be deleted, if they exist at all."""
        to_delete: list[int] = self.notes.setdefault("spare", [])
        return to_delete

    def note_received(self, message: int) -> None:
        """Record that the person sent *message*: it is to be cleared with the rest, and may now be the newest."""
        if message not in self.message_ids:
            self.message_ids.append(message)
            del self.message_ids[:-MAX_REMEMBERED_IDS]
        self.notes["last"] = max(message, self.last_message)

    def note_tapped(self, message: int) -> None:
        """Record that the person tapped a button of *message*, so it exists."""
        if message not in self.message_ids and message not in self.unknown:
            self.unknown.append(message)
            self.note_possible_duplicate(message - 1)

    def note_sent(self, message: int) -> None:
        """Record that the bot sent *message*."""
        if message not in self.message_ids:
            self.message_ids.append(message)
        self.notes["last"] = max(self.last_message, message)

    def note_main_shown(
        self, message: int, kind: str, fingerprint: str, turn: int, shown_at: int | None, now: float
    ) -> None:
        """Record that *message* is now the main message, with that *kind*, fingerprint and turn.

        *shown_at* is when, by Telegram's clock; None: it already looked so. Already so, and yet of another turn than we
        knew: it was edited, and the answer to that was lost. The time is unknown; so it counts as shown from *now* on,
        or a text written for the question before would be taken as an answer to this one.
        """
        if shown_at is None and turn != self.notes.get("turn"):
            shown_at = int(now) + CLOCK_SKEW_SECONDS
        is_edit = (
            message == self.main_message
        )  # a text written in the second of the edit may answer what stood there before
        self.notes |= {"card": message, "kind": kind, "face": fingerprint, "turn": turn}
        if shown_at is not None:
            self.notes["shown"] = shown_at + is_edit

    def adopt_main(self, message: int) -> None:
        """Take *message* as the main message, where nothing was stored of a chat before consent.

        As long as it is the newest known message, it can be edited in place.
        """
        if not self.main_message and message >= self.last_message:
            self.notes |= {"card": message, "kind": MessageKind.OPENING.value}

    def forget_main(self) -> None:
        """Record that there is no main message."""
        self.notes |= {"card": 0, "kind": "", "face": ""}

    def note_deleted(self, message: int) -> None:
        """Record that *message* is not in the chat any more."""
        if message in self.message_ids:
            self.message_ids.remove(message)
        if message == self.last_message:
            self.notes["last"] = max(self.message_ids, default=0)

    # ---- a send whose answer was lost

    def note_possible_duplicate(self, after_id: int) -> None:
        """Record that a message not known to be sent may have arrived, with an id greater than *after_id*."""
        self.notes["doubt"] = min(after_id, self.notes.get("doubt", after_id))

    def note_takeover(self) -> None:
        """Record that delivery is taken over: the previous owner may have delivered a part of the outbox.

        That part may be newer than the known main message, or an edit of it.
        """
        self.note_possible_duplicate(self.main_message)
        self.notes.pop("face", None)

    def pop_duplicates(self, message: int) -> list[int]:
        """Return, and forget, the messages that may be duplicates of *message* from an earlier attempt.

        None, where nothing is in doubt.
        """
        after_id = self.notes.pop("doubt", None)
        if after_id is None:
            return []
        first = max(int(after_id) + 1, message - MAX_DUPLICATES)
        return [id for id in reversed(range(first, message)) if id not in self.message_ids]
