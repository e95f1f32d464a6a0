"""People who do all that people do, and a mind for each: it knows every session that could honestly have come of it."""

import random
from collections.abc import Iterable
from itertools import pairwise, permutations, product

from bot.engine.session import COMMAND_PREFIX, ButtonPress, Event, Message, Session, Start, TypedText
from bot.engine.snapshot import Snapshot
from bot.engine.step import step
from bot.model.bundle import ContentBundle
from tests.support.telegram_double import Person, Tap, chats

EARLY = -1  # the turn of words that count for nothing, as nobody can say which question they were for
AT_MISTAKE, AGAIN, GO_ON, RESUME = "I tapped that by mistake", "Start again", "Go on", "Go on where I was"
MOST = 40  # sessions that one mind holds possible


def meant(data: str) -> ButtonPress:
    """What a button's data says, taken on trust: the id, and the turn it was shown in."""
    first, turn, id = data.split(".", 2)
    return ButtonPress(data.split(".", 4)[4], EARLY) if first == "g" else ButtonPress(id, int(turn, 36))


class PossibleSessions:
    """Every session that can have come of what a person did; what they see tells which."""

    def __init__(self, library: ContentBundle) -> None:
        self.library = library
        self.possible: list[Session] = [Session()]

    def does(self, *deeds: Iterable[Event]) -> None:
        """All of *deeds* at once, in whatever order; each is one of several events."""
        after = {}
        for session in self.possible:
            for order in permutations(deeds):
                for events in product(*order):
                    ends = session
                    for event in events:
                        ends = step(self.library, ends, event).session
                    after[ends.to_json()] = ends
        self.possible = list(after.values())[:MOST]

    def taps(self, press: ButtonPress, toast: str | None) -> bool:
        """A tap whose toast is known: only a session that would have said so is possible. False: none would."""
        replies = [step(self.library, session, press) for session in self.possible]
        fitting = [reply for reply in replies if toast is None or _toast(reply.messages) == toast]
        self.possible = list({reply.session.to_json(): reply.session for reply in fitting or replies}.values())
        return bool(fitting)

    def sees(self, shown: str) -> bool:
        """Whether *shown* can be what stands now."""
        return any(Snapshot(self.library, session).current_message().text in shown for session in self.possible)

    def allows(self, session: Session) -> bool:
        told = (session.answers, session.flow, session.changing, session.turn)
        return told in [(s.answers, s.flow, s.changing, s.turn) for s in self.possible]


def _toast(messages: tuple[Message, ...]) -> str:
    return next((message.text for message in messages if message.transient), "")


class SimulatedPerson:
    """One person of the crowd. After each deed they wait for the screen to say what it must."""

    def __init__(self, person: Person, library: ContentBundle, seed: str) -> None:
        self.person, self.mind = person, PossibleSessions(library)
        self.chance = random.Random(seed)
        self.old: list[chats.Message] = []
        self.written = 0  # the last message of theirs: whatever they write, the bot's answer stands below it
        self.deeds: list[str] = []

    # ---- what they see

    @property
    def card(self) -> chats.Message | None:
        """The last message of the bot with buttons that are about the conversation."""
        return self.person.card

    async def settles(self, within: float) -> None:
        """Wait until every tap is answered and the screen shows what can stand now."""
        await self.person.until(self._settled, within)

    def _settled(self) -> bool:
        if not all(map(is_met, self.person.taps_made)):
            return False
        last = self.person.last
        if last is None or last.id <= self.written:
            return False
        return self.mind.sees(last.text) or RESUME in last.labels  # words may lead to a list, and it leads back

    def writes(self, text: str) -> None:
        self.written = self.person.writes(text).id

    def tap(self, label: str, on: chats.Message | None = None) -> ButtonPress:
        return meant(self.person.taps(label, on).data)

    async def taps(self, label: str, within: float, on: chats.Message | None = None) -> None:
        """Tap, and see by the toast what became of it."""
        tap = self.person.taps(label, on)
        await self.person.until(lambda: is_met(tap), within)
        # An alert stands for an emergency that could not be shown as a message: it says nothing of the tap itself.
        says_more = tap.answered and not tap.alert
        known = self.mind.taps(meant(tap.data), tap.toast if says_more else None)
        assert known, (
            f"no honest session would have said {tap.toast!r} to {label!r}\n{self.person.transcript()[-3000:]}"
        )

    # ---- what they do

    async def acts(self, within: float) -> None:
        """Do one thing that people do, and wait for what comes of it."""
        names = ["answers"] * 8 + ["taps_twice", "taps_two", "taps_and_types", "types", "types_nonsense", "goes_back"]
        names += ["taps_old", "asks_why", "sends_a_thing", "forges", "asks_for_help"]
        await self.settles(within)
        name = self.chance.choice(names)
        self.deeds.append(name)
        card = self.card
        if card is None or GO_ON in card.labels or "Back" not in card.labels:
            await self._goes_on(within)
        else:
            self.old.append(card.copy())
            del self.old[:-5]
            await getattr(self, name)(card, within)
        await self.settles(within)

    async def begins(self, within: float) -> None:
        self.written = self.person.starts().id
        self.mind.does([Start()])
        await self.settles(within)

    async def _goes_on(self, within: float) -> None:
        """From where no question is open: agree, take a mistake back, or begin again."""
        labels = self.person.labels
        if RESUME in labels:
            await self.taps(RESUME, within)
        elif GO_ON in labels:
            await self.taps(GO_ON, within)
        elif AT_MISTAKE in labels and self.chance.random() < 0.5:
            await self.taps(AT_MISTAKE, within)
        elif AGAIN in labels:
            await self.taps(AGAIN, within)
        else:
            self.written = self.person.starts().id
            self.mind.does([Start()])

    def _option(self, card: chats.Message, among: int = 99) -> str:
        """One of the options, the first few of *among*. People of a long walk rarely choose an emergency."""
        labels = card.labels
        options = [b["text"] for b in card.buttons if not meant(b["callback_data"]).id.startswith(COMMAND_PREFIX)]
        return self.chance.choice([label for label in options if labels.count(label) == 1][:among])

    async def answers(self, card: chats.Message, within: float) -> None:
        await self.taps(self._option(card, 3), within)

    async def taps_twice(self, card: chats.Message, within: float) -> None:
        label = self._option(card)
        shown = card.copy()
        self.mind.does([self.tap(label, shown)], [self.tap(label, shown)])

    async def taps_two(self, card: chats.Message, within: float) -> None:
        shown = card.copy()
        self.mind.does([self.tap(self._option(card), shown)], [self.tap(self._option(card), shown)])

    async def taps_and_types(self, card: chats.Message, within: float) -> None:
        shown = card.copy()
        press, text = self.tap(self._option(card), shown), "not sure"
        self.writes(text)
        self._of_one_moment(press, text)

    def _of_one_moment(self, press: ButtonPress, text: str) -> None:
        """Words that come second are for no question: not for the first, which is over, nor for one not seen."""
        before = self.mind.possible
        self.mind.does([press], [TypedText(text, EARLY)])
        first = self.mind.possible
        self.mind.possible = before
        self.mind.does([TypedText(text), TypedText(text, EARLY)])
        self.mind.does([press])
        self.mind.possible += first

    async def types(self, card: chats.Message, within: float) -> None:
        text = self.chance.choice(["1", "2", "not sure", "prefer not to say"])
        self.writes(text)
        self.mind.does([TypedText(text), TypedText(text, EARLY)])

    async def types_nonsense(self, card: chats.Message, within: float) -> None:
        self.writes("banana")
        self.mind.does([TypedText("banana"), TypedText("banana", EARLY)])

    async def goes_back(self, card: chats.Message, within: float) -> None:
        await self.taps("Back", within)

    async def asks_why(self, card: chats.Message, within: float) -> None:
        await self.taps("Why?", within)

    async def asks_for_help(self, card: chats.Message, within: float) -> None:
        self.tap("Help")
        await self.person.until(lambda: RESUME in self.person.labels, within)
        await self.taps(RESUME, within)

    async def taps_old(self, card: chats.Message, within: float) -> None:
        old = self.chance.choice(self.old)
        if "Back" in old.labels:
            await self.taps(self._option(old), within, old)

    async def sends_a_thing(self, card: chats.Message, within: float) -> None:
        self.written = self.person.sends(self.chance.choice(["photo", "voice", "sticker", "location", "contact"])).id

    async def forges(self, card: chats.Message, within: float) -> None:
        data = card.buttons[0]["callback_data"]
        self.person.forges(self.chance.choice([data[:-1], data + "x", "g.en...no", "x", data[::-1]]), card)

    # ---- what must be true at the end

    def doubles(self) -> list[str]:
        """Messages of the bot that stand there twice, one below the other, and can both be tapped."""
        pairs = pairwise(self.person.screen)
        return [
            one.text for one, other in pairs if one.author.is_bot and one.rows and other.rows and one.text == other.text
        ]

    def open_cards(self) -> int:
        return sum("Back" in message.labels for message in self.person.screen)


def is_met(tap: Tap) -> bool:
    """Whether the bot answered *tap*, or tried to when Telegram took it for too old."""
    return tap.answered or tap.attempts > 0
