"""What is known of the messages in one chat: which one is the card, what it looks like, which is the last.

It is written into the dictionary that conversation.py keeps for us, so that it outlives the process.
"""

from typing import Any

from bot.session import Kind

MOST_TWINS = 10
MOST_IDS = 1000  # messages of one chat that are remembered, to be cleared
JUST_NOW = 30  # seconds
CLOCKS = 2  # seconds by which Telegram's clock and ours may differ


class Screen:
    def __init__(self, notes: dict[str, Any]) -> None:
        self.notes = notes

    @property
    def card(self) -> int:
        """The message that changes in place; 0 when there is none."""
        return int(self.notes.get("card", 0))

    @property
    def kind(self) -> str:
        return str(self.notes.get("kind", ""))

    @property
    def last(self) -> int:
        return int(self.notes.get("last", 0))

    @property
    def face(self) -> str:
        return str(self.notes.get("face", ""))

    @property
    def ids(self) -> list[int]:
        """Every message that is known to be in the chat, ours and theirs: what /delete has to clear."""
        ids: list[int] = self.notes.setdefault("ids", [])
        return ids

    @property
    def up(self) -> list[int]:
        """Messages besides the card whose buttons still work: an ending, an emergency screen."""
        up: list[int] = self.notes.setdefault("up", [])
        return up

    def is_bare(self, message: int) -> None:
        """*message* has no buttons any more."""
        if message in self.up:
            self.up.remove(message)

    @property
    def alarm(self) -> int:
        """The last emergency screen; 0 when there was none."""
        return int(self.notes.get("alarm", [0])[0])

    def rings(self, message: int, face: str, at: float) -> None:
        self.notes["alarm"] = [message, face, int(at)]

    def rang(self, face: str, now: float) -> bool:
        """Whether an emergency of that *face* has just come, and is the last thing in the chat."""
        message, look, at = self.notes.get("alarm", [0, "", 0])
        return bool(look == face and message == self.last and 0 <= now - at < JUST_NOW)

    @property
    def pages(self) -> list[int]:
        """Messages that show a reading page, and can turn to the next."""
        pages: list[int] = self.notes.setdefault("pages", [])
        return pages

    @property
    def left(self) -> list[list[Any]]:
        """Cards that were left behind and must still lose their buttons: `[id, the text they shall show]`."""
        left: list[list[Any]] = self.notes.setdefault("left", [])
        return left

    def done(self, parcel: int) -> list[str]:
        """Which jobs of *parcel* are done."""
        done: list[str] = self.notes.setdefault("done", {}).setdefault(str(parcel), [])
        return done

    def everything(self) -> list[int]:
        """Every message that may be in the chat, ours and theirs."""
        left = (card for card, _ in self.left)
        return sorted({*self.ids, *self.strange, *self.spare, *self.up, *self.pages, *left, self.card} - {0})

    @property
    def cleared(self) -> int:
        """The parcel that clears the chat, while it is at it; 0 when there is none."""
        return int(self.notes.get("cleared", 0))

    def is_clear(self, messages: list[int]) -> None:
        """*messages* are not there any more, or will stay."""
        self.notes.pop("cleared", None)
        for message in messages:
            self.deleted(message)

    def is_over(self, parcel: int) -> None:
        """Nothing more is to be done for *parcel*."""
        self.notes.get("done", {}).pop(str(parcel), None)

    @property
    def card_is_last(self) -> bool:
        return bool(self.card) and self.card >= self.last

    @property
    def strange(self) -> list[int]:
        """Messages of ours that were tapped, and that we do not know to have sent: perhaps one of two twins."""
        strange: list[int] = self.notes.setdefault("strange", [])
        return strange

    @property
    def spare(self) -> list[int]:
        """What may stand there twice and is to be taken back, if it is there at all."""
        spare: list[int] = self.notes.setdefault("spare", [])
        return spare

    def came(self, message: int) -> None:
        """Somebody sent *message*: it is to be cleared with the rest, and the card may no longer be the last thing."""
        if message not in self.ids:
            self.ids.append(message)
            del self.ids[:-MOST_IDS]
        self.notes["last"] = max(message, self.last)

    def met(self, message: int) -> None:
        """Somebody tapped on *message*, so it is there."""
        if message not in self.ids and message not in self.strange:
            self.strange.append(message)
            self.doubts(message - 1)

    def sent(self, message: int) -> None:
        if message not in self.ids:
            self.ids.append(message)
        self.notes["last"] = max(self.last, message)

    def shows(self, card: int, kind: str, face: str, turn: int, at: int | None, now: float) -> None:
        """The message *card* now shows a card of that *kind*. *at* is when, by Telegram's clock; None: already.

        Already there, and yet of another turn than we knew: it was changed, and the answer to that was lost. Nobody
        knows when; so it counts as seen from *now* on, or words for the question before would be an answer to this one.
        """
        if at is None and turn != self.notes.get("turn"):
            at = int(now) + CLOCKS
        changed = card == self.card  # words of the second in which it changed may be for what stood there before
        self.notes |= {"card": card, "kind": kind, "face": face, "turn": turn}
        if at is not None:
            self.notes["shown"] = at + changed

    def adopt(self, message: int) -> None:
        """A guest's card of which nothing was kept: as long as it is the last that is known, it can change in place."""
        if not self.card and message >= self.last:
            self.notes |= {"card": message, "kind": Kind.OPENING.value}

    def no_card(self) -> None:
        self.notes |= {"card": 0, "kind": "", "face": ""}

    def deleted(self, message: int) -> None:
        if message in self.ids:
            self.ids.remove(message)
        if message == self.last:
            self.notes["last"] = max(self.ids, default=0)

    # ---- a send whose answer was lost

    def doubts(self, below: int) -> None:
        """A message that we do not know of may have arrived: somewhere below *below*."""
        self.notes["doubt"] = min(below, self.notes.get("doubt", below))

    def reopened(self) -> None:
        """What was owed was left by somebody who may have shown some of it: below the card we know, or in its place."""
        self.doubts(self.card)
        self.notes.pop("face", None)

    def twins(self, sent: int) -> list[int]:
        """Which messages may be the twin of *sent* that an earlier attempt left behind; none without doubt."""
        doubt = self.notes.pop("doubt", None)
        if doubt is None:
            return []
        first = max(int(doubt) + 1, sent - MOST_TWINS)
        return [id for id in reversed(range(first, sent)) if id not in self.ids]
