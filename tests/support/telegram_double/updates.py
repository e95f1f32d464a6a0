"""What Telegram still has to tell the bot: kept in order, confirmed, dropped when too old, told again when asked."""

import random
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.support.telegram_double.clock import Clock
from tests.support.telegram_double.rules import Rules
from tests.support.telegram_double.wakeup import Wakeup

Json = dict[str, Any]
Lane = tuple[str, int]  # a webhook gets updates in order within a lane only: a person's taps, a chat's messages

KINDS = (
    "message", "edited_message", "callback_query", "my_chat_member", "message_reaction", "chat_member",
    "message_reaction_count", "channel_post", "edited_channel_post", "inline_query", "poll", "poll_answer",
    "business_connection", "business_message", "edited_business_message", "deleted_business_messages",
    "chosen_inline_result", "shipping_query", "pre_checkout_query", "purchased_paid_media", "chat_join_request",
    "chat_boost", "removed_chat_boost",
)  # fmt: skip
ORDINARY = frozenset(KINDS) - {"chat_member", "message_reaction", "message_reaction_count"}


@dataclass(slots=True)
class Update:
    """One update. *again* is one told though it was confirmed: it is served once whatever the offset.

    *not_before*: the real moment (monotonic) before which the webhook is not posted it.
    """

    id: int
    kind: str
    body: Json
    lane: Lane
    expires: float
    again: bool = False
    not_before: float = 0.0

    def json(self) -> Json:
        return {"update_id": self.id, self.kind: self.body}


class Updates:
    def __init__(self, clock: Clock, rules: Rules, chance: random.Random) -> None:
        self.clock, self.rules, self.chance = clock, rules, chance
        self.allowed: frozenset[str] = ORDINARY
        self.wakeup = Wakeup()
        self.queue: list[Update] = []
        self.all: dict[int, Update] = {}
        self.dropped: list[Update] = []  # nobody came for them in time
        self.unwanted: list[str] = []  # kinds that allowed_updates keeps away
        self._held: list[Update] | None = None
        self._next, self._last_at = chance.randrange(10**8, 9 * 10**8), clock.now()

    def add(self, kind: str, body: Json, lane: Lane) -> Update | None:
        """A new update, unless the bot does not want its kind."""
        if kind not in self.allowed:
            self.unwanted.append(kind)
            return None
        lives = self.rules.tap_lives if kind == "callback_query" else self.rules.update_lives
        update = Update(self._number(), kind, body, lane, self.clock.now() + lives)
        self.all[update.id] = update
        if self._held is None:
            self._put([update])
        else:
            self._held.append(update)
        return update

    def _number(self) -> int:
        now = self.clock.now()
        if not self.queue and now - self._last_at > self.rules.ids_jump_after:
            self._next = self.chance.randrange(10**8, 9 * 10**8)
        self._next, self._last_at = self._next + 1, now
        return self._next

    def _put(self, updates: Iterable[Update]) -> None:
        self.queue.extend(updates)
        self.wakeup.notify()

    # ---- what a test may do to the order

    def hold(self) -> None:
        """Keep what happens from now on back, until `release`."""
        self._held = []

    def release(self, order: Sequence[int] | None = None, gap: float = 0.0) -> None:
        """Tell what was held back, in this *order* of positions (as it came, when no order is given).

        A poll at Telegram is always in the order of numbers; here it comes as told, in one batch. A bot may confirm
        the highest number of a batch only when it has kept them all. A webhook is posted the one after the other only
        when *gap* lies between them, within a queue (a person's taps, a chat's messages) always.
        """
        held, self._held = self._held or [], None
        told, now = held if order is None else [held[index] for index in order], time.monotonic()
        for position, update in enumerate(told):
            update.not_before = now + position * gap
        self._put(told)

    @contextmanager
    def in_one_batch(self, order: Sequence[int] | None = None, gap: float = 0.0) -> Iterator[None]:
        """Let the bot hear of all that happens within at once: in one getUpdates batch, or a burst of posts.

        Telegram hands a poller up to 100 waiting updates at once, and posts the first of every queue of a webhook side
        by side: taps, messages and block notices of one person are different queues, so they may cross. *order* makes
        them cross by script; with a *gap* each is posted to a webhook so many real seconds after the one before it.
        """
        assert self._held is None, "a batch within a batch"
        self.hold()
        try:
            yield
        finally:
            self.release(order, gap)

    def repeat(self, update: Update | int) -> None:
        """Tell the same update again, under the same number."""
        found = self.all[update] if isinstance(update, int) else update
        self._put([Update(found.id, found.kind, found.body, found.lane, self.clock.now() + 3600, again=True)])

    # ---- what the bot takes

    def confirm(self, offset: int) -> None:
        """Forget everything below *offset*. A negative one keeps just so many of the last.

        One that lies in the future is no confirmation: so a bot that kept its offset loses nothing when numbers jump.
        """
        if offset > self._next + 11:
            return
        if offset < 0:
            offset = ([0] + [update.id for update in self.queue])[offset:][0]
        self.queue = [update for update in self.queue if update.again or update.id >= offset]

    def batch(self, limit: int) -> list[Update]:
        """The next updates to be polled, as told: those of the lowest numbers, as one confirms all below it."""
        self.expire()
        highest = max((update.id for update in sorted(self.queue, key=lambda update: update.id)[:limit]), default=0)
        taken = [update for update in self.queue if update.id <= highest][:limit]
        for update in taken:
            if update.again:
                update.again = False
        return taken

    def take(self, update: Update) -> None:
        self.queue = [other for other in self.queue if other is not update]

    def expire(self) -> None:
        now = self.clock.now()
        late = [update for update in self.queue if update.expires <= now]
        if late:
            self.dropped += late
            self.queue = [update for update in self.queue if update.expires > now]

    def drop(self, update: Update) -> None:
        self.dropped.append(update)
        self.take(update)

    def clear(self) -> None:
        self.queue.clear()
