"""The view of a chat: the messages known in it, which one is the main message, and what it looks like.

It is a part of the record, so that it outlives the process, and knowledge rather than a decision: so it alone is
changed in place. Everything that is known of a chat's screen is read and changed here and nowhere else.
"""

from collections.abc import Collection, Container, Iterable, Sequence
from typing import TypeVar

from msgspec import UNSET, Struct, UnsetType, field
from msgspec.structs import fields, replace

from bot.engine.session import MessageKind
from bot.model.stored_types import StoredInteger

Item = TypeVar("Item")
MAX_DUPLICATES = 300  # ids that are looked through for what a lost answer left
MAX_REMEMBERED_IDS = 1000  # messages of one chat that are remembered, to be cleared by /delete
MAX_TURNABLE_PAGES = 20  # reading pages in one chat that can still be turned in place
REPEATED_EMERGENCY_SECONDS = 30  # seconds after an emergency in which the same one is not sent again
CLOCK_SKEW_SECONDS = 2  # seconds by which Telegram's clock and ours may differ


class FormerMainMessage(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A former main message that must still lose its buttons, and the text that it shall show; empty for its own."""

    message: StoredInteger
    text: str


class ShownEmergency(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The newest emergency message, its fingerprint, and the second since which it is shown."""

    message: StoredInteger
    fingerprint: str
    shown_at: StoredInteger


NO_EMERGENCY = ShownEmergency(0, "", 0)


class ChatView(Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The messages known in one chat. Ids are 0, and texts empty, where there is none."""

    message_ids: list[StoredInteger] = field(default_factory=list, name="ids")  # the bot's and the person's
    last_message: StoredInteger = field(default=0, name="last")  # the newest known
    steps_by_entry: dict[str, list[str]] = field(default_factory=dict, name="done")
    to_delete: list[StoredInteger] = field(default_factory=list, name="spare")  # perhaps duplicates, if there at all
    main_message: StoredInteger = field(default=0, name="card")  # the one that is edited in place
    main_kind: str = field(default="", name="kind")
    fingerprint: str = field(default="", name="face")  # of the main message's content; empty when it is not known
    main_turn: StoredInteger | UnsetType = field(default=UNSET, name="turn")
    main_shown_at: StoredInteger = field(default=0, name="shown")
    former_main_messages: list[FormerMainMessage] = field(default_factory=list, name="left")
    advanced_by: StoredInteger = field(default=0, name="by")  # the last update that changed the session
    with_buttons: list[StoredInteger] = field(default_factory=list, name="up")  # besides the main one: an ending, …
    emergency: ShownEmergency = field(default=NO_EMERGENCY, name="alarm")
    page_messages: list[StoredInteger] = field(default_factory=list, name="pages")  # that can be turned in place
    unknown: list[StoredInteger] = field(default_factory=list, name="strange")  # tapped, and not known to be sent
    duplicates_after: StoredInteger | UnsetType = field(default=UNSET, name="doubt")
    cleared_up_to: StoredInteger = field(default=0, name="cleared")  # the newest message when the chat was cleared
    began_unseen: bool = field(default=False, name="unseen")  # messages may stand from before all that is known
    reopened: bool = False  # how much of the outbox the process before has delivered is not known
    claimed_before: bool = field(default=False, name="begun")  # an instance may have died while it answered

    # ---- what is known

    def all_message_ids(self) -> list[int]:
        """Return every message that may be in the chat, the bot's and the person's, sorted."""
        former = (former.message for former in self.former_main_messages)
        known = {*self.message_ids, *self.unknown, *self.to_delete, *self.with_buttons, *self.page_messages, *former}
        return sorted((known | {self.main_message}) - {0})

    @property
    def knows_nothing(self) -> bool:
        """Whether no message of the chat is known, nor was one before it was cleared."""
        return not self.last_message and not self.all_message_ids()

    @property
    def main_is_last(self) -> bool:
        """Whether there is a main message and nothing newer in the chat."""
        return bool(self.main_message) and self.main_message >= self.last_message

    def could_be_answered_by(self, turn: int, message: int, date: int, update_id: int) -> bool:
        """Whether a text sent then could be written with the question of this *turn* in sight."""
        was_sent_after = date >= self.main_shown_at and message > self.main_message
        return self.main_turn == turn and was_sent_after and update_id > self.advanced_by

    def shows_buttons_of_now(self, message: int) -> bool:
        """Whether the buttons of *message* are of the main message or still work beside it."""
        return message == self.main_message or message in self.with_buttons

    def has_just_shown_emergency(self, fingerprint: str, now: float) -> bool:
        """Whether an emergency with this fingerprint came just now and is the newest message in the chat."""
        return (
            self.emergency.fingerprint == fingerprint
            and self.emergency.message == self.last_message
            and 0 <= now - self.emergency.shown_at < REPEATED_EMERGENCY_SECONDS
        )

    # ---- the steps of delivery

    def finished_steps(self, update_id: int) -> Sequence[str]:
        """Return the delivery steps of one outbox entry that are finished."""
        return self.steps_by_entry.get(str(update_id), ())

    def finish_steps(self, update_id: int, *steps: str) -> None:
        """Record that *steps* of an outbox entry are finished."""
        finished = self.steps_by_entry.setdefault(str(update_id), [])
        finished.extend(step for step in steps if step not in finished)

    def forget_steps(self, update_id: int) -> None:
        """Forget the finished steps of an outbox entry: it is delivered."""
        self.steps_by_entry.pop(str(update_id), None)

    # ---- messages that come and go

    def note_update(self, message: int, *, is_tap: bool) -> None:
        """Record what an update shows: the person sent *message*, or tapped it."""
        was_reopened, self.reopened = self.reopened, False
        if was_reopened:
            self.note_takeover()
        elif self.claimed_before:
            self.claimed_before = False
            self.note_possible_duplicate(message)
        if is_tap:
            self.note_tapped(message)
        else:
            self.note_received(message)
        self.last_message = max(message, self.last_message)

    def note_received(self, message: int) -> None:
        """Record that the person sent *message*: it is to be cleared with the rest, and may now be the newest."""
        if message not in self.message_ids:
            self.message_ids.append(message)
            del self.message_ids[:-MAX_REMEMBERED_IDS]
        self.last_message = max(message, self.last_message)

    def note_tapped(self, message: int) -> None:
        """Record that the person tapped a button of *message*, so it exists."""
        if message not in self.message_ids and message not in self.unknown:
            self.unknown.append(message)
            self.note_possible_duplicate(message - 1)

    def note_sent(self, message: int) -> None:
        """Record that the bot sent *message*."""
        if message not in self.message_ids:
            self.message_ids.append(message)
        self.last_message = max(self.last_message, message)

    def note_page(self, message: int) -> None:
        """Record that *message* is a page that can be turned in place."""
        self.page_messages.append(message)
        del self.page_messages[:-MAX_TURNABLE_PAGES]

    def note_deleted(self, message: int) -> None:
        """Record that *message* is not in the chat any more."""
        if message in self.message_ids:
            self.message_ids.remove(message)
        if message == self.last_message:
            self.last_message = max(self.message_ids, default=0)

    def note_cleared(self, messages: Iterable[int]) -> None:
        """Record that the chat is cleared: *messages* are gone, or cannot be deleted and stay."""
        for message in messages:
            self.note_deleted(message)
            _remove_if_present(self.to_delete, message)

    # ---- buttons and emergencies

    def note_buttons(self, message: int) -> None:
        """Record that *message* has buttons that work besides those of the main one."""
        self.with_buttons.append(message)

    def note_buttons_removed(self, message: int) -> None:
        """Record that *message* has no buttons any more."""
        _remove_if_present(self.with_buttons, message)

    def note_emergency(self, message: int, fingerprint: str, shown_at: float) -> None:
        """Record that *message* shows an emergency with this fingerprint since *shown_at*."""
        self.emergency = ShownEmergency(message, fingerprint, int(shown_at))

    def retire_emergency(self) -> None:
        """Let the newest emergency lose its buttons: it is about to be repeated below."""
        if self.emergency.message in self.with_buttons:
            self.with_buttons.remove(self.emergency.message)
            self.former_main_messages.append(FormerMainMessage(self.emergency.message, ""))

    # ---- the main message

    def note_main_shown(
        self, message: int, kind: str, fingerprint: str, turn: int, shown_at: int | None, now: float
    ) -> None:
        """Record that *message* is now the main message, with that *kind*, fingerprint and turn.

        *shown_at* is when, by Telegram's clock; None: it already looked so. Already so, and yet of another turn than we
        knew: it was edited, and the answer to that was lost. The time is unknown; so it counts as shown from *now* on,
        or a text written for the question before would be taken as an answer to this one.
        """
        if shown_at is None and turn != self.main_turn:
            shown_at = int(now) + CLOCK_SKEW_SECONDS
        # A text written in the second of the edit may answer what stood there before.
        is_edit = message == self.main_message
        self.main_message, self.main_kind, self.fingerprint, self.main_turn = message, kind, fingerprint, turn
        if shown_at is not None:
            self.main_shown_at = shown_at + is_edit

    def adopt_main(self, message: int) -> None:
        """Take *message* as the main message, where nothing was stored of a chat before consent.

        As long as it is the newest known message, it can be edited in place.
        """
        if not self.main_message and message >= self.last_message:
            self.main_message, self.main_kind = message, MessageKind.OPENING.value

    def forget_main(self) -> None:
        """Record that there is no main message."""
        self.main_message, self.main_kind, self.fingerprint = 0, "", ""

    def retire_main(self, text: str) -> None:
        """Record that the main message is to lose its buttons and to show *text*, and that there is none now."""
        if self.main_message:
            self.former_main_messages.append(FormerMainMessage(self.main_message, text))
        self.forget_main()

    def note_closed(self, former: FormerMainMessage) -> None:
        """Record that a former main message has lost its buttons."""
        _remove_if_present(self.former_main_messages, former)

    # ---- a send whose answer was lost

    def note_possible_duplicate(self, after_id: int) -> None:
        """Record that a message not known to be sent may have arrived, with an id greater than *after_id*."""
        known = self.duplicates_after
        self.duplicates_after = after_id if known is UNSET else min(after_id, known)

    def note_takeover(self) -> None:
        """Record that delivery is taken over: the previous owner may have delivered a part of the outbox.

        That part may be newer than the known main message, or an edit of it.
        """
        self.note_possible_duplicate(self.main_message)
        self.fingerprint = ""

    def delete_duplicates_above(self, message: int, known_elsewhere: Container[int] = ()) -> None:
        """Set the messages to be deleted that an earlier attempt to send *message* may have left, if there was one."""
        if self.duplicates_after is not UNSET:
            self.delete_unknown_between(self.duplicates_after, message, known_elsewhere)
            self.duplicates_after = UNSET

    def delete_unknown_between(self, after_id: int, message: int, known_elsewhere: Container[int] = ()) -> None:
        """Set the messages to be deleted that are not known, from *after_id* up to *message*, the newest first."""
        unknown = self.unknown_between(after_id, message, known_elsewhere)
        self.to_delete.extend(id for id in reversed(unknown) if id not in self.to_delete)

    def unknown_between(self, after_id: int, before_id: int, known_elsewhere: Container[int] = ()) -> list[int]:
        """Return the ids between that are of no known message, here or elsewhere.

        The ids of all chats of a bot are one row. Of too many those are looked at that are nearest to either end: an
        answer was lost just after *after_id* was the newest, or a process died just before *before_id* was sent.
        """
        first, half = after_id + 1, MAX_DUPLICATES // 2
        ids = (
            range(first, before_id)
            if before_id - first <= MAX_DUPLICATES
            else (*range(first, first + half), *range(before_id - half, before_id))
        )
        return [id for id in ids if id > 0 and id not in self.message_ids and id not in known_elsewhere]

    def delete_later(self, message: int) -> None:
        """Set *message* to be deleted."""
        self.to_delete.append(message)

    def note_duplicate_deleted(self, message: int) -> None:
        """Record that a message that was to be deleted is gone; the chat may have been cleared meanwhile."""
        _remove_if_present(self.to_delete, message)

    # ---- what several instances know

    def after_erasure(self, undelivered: Iterable[int]) -> "ChatView":
        """Return what is left once everything was erased: the finished steps of *undelivered*, and every doubt.

        What may have arrived is to be cleared too.
        """
        finished = {str(number): self.steps_by_entry.get(str(number)) for number in undelivered}
        steps = {number: list(steps) for number, steps in finished.items() if steps is not None}
        return ChatView(
            steps_by_entry=steps,
            last_message=self.last_message,
            cleared_up_to=max(self.last_message, self.cleared_up_to),
            duplicates_after=self.duplicates_after,
            began_unseen=self.began_unseen,
        )

    def take_over_late_notes(self, erased: "ChatView", cleared: Container[int], undelivered: Iterable[int]) -> None:
        """Take over what was noted in the view of before while the erasure was being committed.

        A message that was sent meanwhile, and so is not among those *cleared*, is to be cleared too.
        """
        self.to_delete.extend(id for id in erased.all_message_ids() if id not in cleared and id not in self.to_delete)
        for number in undelivered:
            if steps := erased.finished_steps(number):
                self.finish_steps(number, *steps)
        if erased.duplicates_after is not UNSET:
            self.note_possible_duplicate(erased.duplicates_after)
        self.last_message = max(self.last_message, erased.last_message)


def merge_views(base: ChatView, theirs: ChatView, mine: ChatView, is_owner: bool) -> ChatView:
    """Return the view merged from the row's and the one in memory, where two instances know of the chat.

    The owner knows the main messages, and both received messages. *base* is the row's view as we last knew it. What
    *theirs* has besides is what other instances received in the meantime.
    """
    if theirs == ChatView():
        return mine
    view = _merge_as_owner(base, theirs, mine) if is_owner else replace(theirs)
    if not is_owner and base == ChatView():
        view.message_ids = sorted({*theirs.message_ids, *mine.message_ids})
    view.last_message = max(theirs.last_message, mine.last_message)
    view.advanced_by = max(theirs.advanced_by, mine.advanced_by)
    return view


def _merge_as_owner(base: ChatView, theirs: ChatView, mine: ChatView) -> ChatView:
    """Return *theirs* with everything that *mine* has changed since *base*, and the additions of both to each list."""
    names = [one.name for one in fields(ChatView)]
    changed = {name: value for name in names if (value := getattr(mine, name)) != getattr(base, name)}
    view = replace(theirs, **changed)
    view.message_ids = _with_added(base.message_ids, theirs.message_ids, mine.message_ids)
    view.with_buttons = _with_added(base.with_buttons, theirs.with_buttons, mine.with_buttons)
    view.unknown = _with_added(base.unknown, theirs.unknown, mine.unknown)
    view.steps_by_entry = {number: list(steps) for number, steps in mine.steps_by_entry.items()}
    for number, steps in theirs.steps_by_entry.items():
        if more := _with_added(base.steps_by_entry.get(number, ()), steps, view.steps_by_entry.get(number, ())):
            view.steps_by_entry[number] = more
    if any(id not in mine.unknown for id in view.unknown) and theirs.duplicates_after is not UNSET:
        view.note_possible_duplicate(theirs.duplicates_after)
    return view


def _with_added(base: Collection[Item], theirs: Iterable[Item], mine: Iterable[Item]) -> list[Item]:
    """Return *mine*, and what *theirs* has added to *base*."""
    merged = list(mine)
    return merged + [item for item in theirs if item not in base and item not in merged]


def _remove_if_present(items: list[Item], item: Item) -> None:
    """Remove *item* from *items*, unless it is gone already: a chat may be cleared while we wait."""
    if item in items:
        items.remove(item)
