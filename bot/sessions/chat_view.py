"""The view of a chat: the messages known in it, which one is the main message, and what it looks like.

It is written into the dictionary that the record keeps, so that it outlives the process.
"""

from typing import Any

from bot.engine.session import Kind

MOST_TWINS = 10
MOST_IDS = 1000  # messages of one chat that are remembered, to be cleared by /delete
JUST_NOW = 30  # seconds after an emergency in which the same one is not sent again
CLOCKS = 2  # seconds by which Telegram's clock and ours may differ


class Screen:
    """The messages known in one chat; it reads and writes the record's dictionary *notes*."""

    def __init__(self, notes: dict[str, Any]) -> None:
        self.notes = notes

    @property
    def card(self) -> int:
        """The main message: the one that is edited in place; 0 when there is none."""
        return int(self.notes.get("card", 0))

    @property
    def kind(self) -> str:
        """The kind of the main message; empty when there is none."""
        return str(self.notes.get("kind", ""))

    @property
    def last(self) -> int:
        """The newest message known in the chat; 0 when there is none."""
        return int(self.notes.get("last", 0))

    @property
    def face(self) -> str:
        """The fingerprint of the main message's content; empty when it is not known."""
        return str(self.notes.get("face", ""))

    @property
    def ids(self) -> list[int]:
        """Every message known to be in the chat, the bot's and the person's: what /delete has to clear."""
        ids: list[int] = self.notes.setdefault("ids", [])
        return ids

    @property
    def up(self) -> list[int]:
        """Messages besides the main one whose buttons still work: an ending, an emergency."""
        up: list[int] = self.notes.setdefault("up", [])
        return up

    def is_bare(self, message: int) -> None:
        """Record that *message* has no buttons any more."""
        if message in self.up:
            self.up.remove(message)

    @property
    def alarm(self) -> int:
        """The newest emergency message; 0 when there was none."""
        return int(self.notes.get("alarm", [0])[0])

    def rings(self, message: int, face: str, at: float) -> None:
        """Record that *message* shows an emergency with this fingerprint since *shown_at*."""
        self.notes["alarm"] = [message, face, int(at)]

    def rang(self, face: str, now: float) -> bool:
        """Whether an emergency with this fingerprint came just now and is the newest message in the chat."""
        message, look, at = self.notes.get("alarm", [0, "", 0])
        return bool(look == face and message == self.last and 0 <= now - at < JUST_NOW)

    @property
    def pages(self) -> list[int]:
        """Messages that show a page and can turn to the next one."""
        pages: list[int] = self.notes.setdefault("pages", [])
        return pages

    @property
    def left(self) -> list[list[Any]]:
        """Former main messages that must still lose their buttons: `[id, the text they shall show]`."""
        left: list[list[Any]] = self.notes.setdefault("left", [])
        return left

    def done(self, parcel: int) -> list[str]:
        """The delivery steps of one outbox entry that are finished, as a list to append to."""
        done: list[str] = self.notes.setdefault("done", {}).setdefault(str(parcel), [])
        return done

    def everything(self) -> list[int]:
        """Return every message that may be in the chat, the bot's and the person's, sorted."""
        left = (card for card, _ in self.left)
        return sorted({*self.ids, *self.strange, *self.spare, *self.up, *self.pages, *left, self.card} - {0})

    @property
    def cleared(self) -> int:
        """The outbox entry that is clearing the chat now; 0 when there is none."""
        return int(self.notes.get("cleared", 0))

    def is_clear(self, messages: list[int]) -> None:
        """Record that the chat is cleared: *messages* are gone, or cannot be deleted and stay."""
        self.notes.pop("cleared", None)
        for message in messages:
            self.deleted(message)

    def is_over(self, parcel: int) -> None:
        """Forget the finished steps of an outbox entry: it is delivered."""
        self.notes.get("done", {}).pop(str(parcel), None)

    @property
    def card_is_last(self) -> bool:
        """Whether there is a main message and nothing newer in the chat."""
        return bool(self.card) and self.card >= self.last

    @property
    def strange(self) -> list[int]:
        """The bot's messages that were tapped but are not known to be sent: perhaps one of two duplicates."""
        strange: list[int] = self.notes.setdefault("strange", [])
        return strange

    @property
    def spare(self) -> list[int]:
        """Messages that may be duplicates and are to be deleted, if they exist at all."""
        spare: list[int] = self.notes.setdefault("spare", [])
        return spare

    def came(self, message: int) -> None:
        """Record that the person sent *message*: it is to be cleared with the rest, and may now be the newest."""
        if message not in self.ids:
            self.ids.append(message)
            del self.ids[:-MOST_IDS]
        self.notes["last"] = max(message, self.last)

    def met(self, message: int) -> None:
        """Record that the person tapped a button of *message*, so it exists."""
        if message not in self.ids and message not in self.strange:
            self.strange.append(message)
            self.doubts(message - 1)

    def sent(self, message: int) -> None:
        """Record that the bot sent *message*."""
        if message not in self.ids:
            self.ids.append(message)
        self.notes["last"] = max(self.last, message)

    def shows(self, card: int, kind: str, face: str, turn: int, at: int | None, now: float) -> None:
        """Record that *message* is now the main message, with that *kind*, fingerprint and turn.

        *shown_at* is when, by Telegram's clock; None: it already looked so. Already so, and yet of another turn than we
        knew: it was edited, and the answer to that was lost. The time is unknown; so it counts as shown from *now* on,
        or a text written for the question before would be taken as an answer to this one.
        """
        if at is None and turn != self.notes.get("turn"):
            at = int(now) + CLOCKS
        changed = card == self.card  # a text written in the second of the edit may answer what stood there before
        self.notes |= {"card": card, "kind": kind, "face": face, "turn": turn}
        if at is not None:
            self.notes["shown"] = at + changed

    def adopt(self, message: int) -> None:
        """Take *message* as the main message, where nothing was stored of a chat before consent.

        As long as it is the newest known message, it can be edited in place.
        """
        if not self.card and message >= self.last:
            self.notes |= {"card": message, "kind": Kind.OPENING.value}

    def no_card(self) -> None:
        """Record that there is no main message."""
        self.notes |= {"card": 0, "kind": "", "face": ""}

    def deleted(self, message: int) -> None:
        """Record that *message* is not in the chat any more."""
        if message in self.ids:
            self.ids.remove(message)
        if message == self.last:
            self.notes["last"] = max(self.ids, default=0)

    # ---- a send whose answer was lost

    def doubts(self, below: int) -> None:
        """Record that a message not known to be sent may have arrived, with an id greater than *after_id*."""
        self.notes["doubt"] = min(below, self.notes.get("doubt", below))

    def reopened(self) -> None:
        """Record that delivery is taken over: the previous owner may have delivered a part of the outbox.

        That part may be newer than the known main message, or an edit of it.
        """
        self.doubts(self.card)
        self.notes.pop("face", None)

    def twins(self, sent: int) -> list[int]:
        """Return, and forget, the messages that may be duplicates of *message* from an earlier attempt.

        None, where nothing is in doubt.
        """
        doubt = self.notes.pop("doubt", None)
        if doubt is None:
            return []
        first = max(int(doubt) + 1, sent - MOST_TWINS)
        return [id for id in reversed(range(first, sent)) if id not in self.ids]
