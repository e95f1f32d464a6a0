"""The model that `transitions` moves: one walk, from the first question to where a conversation stands.

Where a person stands is never stored. It is found by walking the flow through what they answered, each time. So an
answer that is taken back takes its floor and its pages with it, and nothing stale can stay behind.
"""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass

from transitions import EventData

from bot.content import RedFlag
from bot.flow import BEGIN, Call, Effect, Flow, Outcome, Question, Return, State, Statement
from bot.library import Library
from bot.machine import ANSWER, NEXT
from bot.urgency import LOWEST, Floor
from bot.when import When

MOST_MOVES = 500  # more moves than this without a person is a loop, which `check` would have refused


class Stuck(Exception):
    """A walk that cannot go on: no arrow is open, or it moves without end. `check` proves that it cannot happen."""


@dataclass(slots=True)
class Frame:
    """A place in one flow. Frames stack: a flow that runs another waits below it."""

    flow: str
    state: str
    book: Flow  # the same flow, in the person's language


class Walker:
    """Born, walks, and is never written down. Who goes on from a walk before does it with its twin.

    `state` is the attribute that `transitions` reads and writes; `prepare` and `enter_state` are the callbacks that
    machine.py names. A Walker is never added to a Machine: `Event.trigger(model)` asks for no registration.
    """

    __slots__ = (
        *("library", "language", "frames", "answers", "floor", "learned", "advice", "spoken", "flag"),
        *("_said", "_entered", "_fired", "_weighed"),
    )

    def __init__(self, library: Library, language: str) -> None:
        self.library, self.language = library, language
        self.frames: list[Frame] = []
        self.answers: dict[str, str] = {}  # "flow.question" to option id, in the order given
        self.floor: Floor = LOWEST
        self.learned: dict[str, Floor] = {}  # page id to the highest floor that came with it
        self.advice: list[str] = []
        self.spoken: list[str] = []  # what was said since the last answer, before the open question
        self.flag: tuple[RedFlag | None] | None = None  # what the tripwire saw here, once it has looked
        self._said: set[str] = set()
        self._entered: list[str] = []
        self._fired: set[tuple[str, int]] = set()
        self._weighed: set[str] = set()

    # ---- where it stands

    @property
    def flow(self) -> Flow:
        return self.frames[-1].book

    @property
    def state(self) -> str:
        return self.frames[-1].state

    @state.setter
    def state(self, name: str) -> None:
        self.frames[-1].state = name

    @property
    def here(self) -> State:
        frame = self.frames[-1]
        return frame.book.states[frame.state]

    @property
    def at(self) -> str:
        return self.flow.at(self.state)

    @property
    def question(self) -> Question | None:
        here = self.here if self.frames else None
        return here if isinstance(here, Question) else None

    @property
    def outcome(self) -> Outcome | None:
        here = self.here if self.frames else None
        return here if isinstance(here, Outcome) else None

    @property
    def fired(self) -> frozenset[tuple[str, int]]:
        """The rules that were weighed so far because they held: flow and number."""
        return frozenset(self._fired)

    def holds(self, when: When) -> bool:
        return when.holds(self.answers, self.floor)

    # ---- walking

    def enter(self, flow: str) -> None:
        if flow not in self._entered:
            self._entered.append(flow)
        self._begin(flow)
        self._move(NEXT)
        self._settle()

    def _begin(self, flow: str) -> None:
        self.frames.append(Frame(flow, BEGIN, self.library.flow(flow, self.language)))

    def take(self, value: str) -> None:
        """Answer the open question with the option *value*."""
        self.spoken.clear()
        self._move(ANSWER, value)
        self._settle()

    def _settle(self) -> None:
        """Go on through everything that does not wait for a person."""
        for _ in range(MOST_MOVES):
            here = self.here
            relevant = here.only_if is None or self.holds(here.only_if)
            match here:
                case Question() | Outcome() if relevant:
                    return
                case Call(run=flow) if relevant:
                    self._begin(flow)
                    self._entered.append(flow)
                case Return():
                    self.frames.pop()
            self._move(NEXT)
        raise Stuck(f"still moving after {MOST_MOVES} moves, at {self.at}")

    def _move(self, event: str, value: str = "") -> None:
        self.flag = None
        machine = self.library.machines[self.frames[-1].flow]
        if not machine.events[event].trigger(self, value=value):
            raise Stuck(f"no arrow for {event!r} is open at {self.at}")

    def next(self, answers: Mapping[str, str]) -> str | None:
        """What of *answers* answers the open question; None where it stays open."""
        question = self.question
        if question is None or (at := self.at) in self.answers:
            return None
        value = answers.get(at)
        return value if value is not None and question.option(value) else None

    # ---- a walk that is remembered

    def leads_to(self, library: Library, flow: str, answers: Mapping[str, str], language: str) -> bool:
        """Whether a walk through *answers* begins with this one: the same flows, and every answer as it was."""
        ours = self.library
        same = ours.flows is library.flows and ours.machines is library.machines
        same = same and ours.red_flags is library.red_flags and self.language == language
        return same and self._entered[:1] == [flow] and self.answers.items() <= answers.items()

    def twin(self) -> "Walker":
        """Another one that stands where this one does."""
        twin = copy(self)
        twin.frames = [Frame(frame.flow, frame.state, frame.book) for frame in self.frames]
        twin.answers, twin.learned = dict(self.answers), dict(self.learned)
        twin.advice, twin.spoken, twin._entered = list(self.advice), list(self.spoken), list(self._entered)
        twin._said, twin._fired, twin._weighed = set(self._said), set(self._fired), set(self._weighed)
        return twin

    # ---- callbacks: what happens while it moves

    def prepare(self, event: EventData) -> None:
        """Before any guard is looked at: write the answer down, and weigh what it does."""
        if event.event.name != ANSWER or not isinstance(question := self.here, Question):
            return
        value = event.kwargs["value"]
        self.answers[self.at] = value
        if option := question.option(value):
            self._say(option.say)
            self._weigh(option.effect)
        self._weigh_rules()

    def enter_state(self, _: EventData) -> None:
        """On entering a state that applies: say what it says, and weigh what it does."""
        here = self.here
        if here.only_if is not None and not self.holds(here.only_if):
            return
        match here:
            case Statement(say=say, effect=effect):
                self._say(say)
                self._weigh(effect)
            case Outcome(floor=floor, effect=effect):
                self._weigh(effect)  # its pages are for everybody: those of single answers stand before them
                self.floor = max(self.floor, floor)

    def _say(self, text: str) -> None:
        """Say *text*, unless this conversation has said it before: a list of signs is shown once."""
        if text and text not in self._said:
            self._said.add(text)
            self.spoken.append(text)

    def _weigh(self, effect: Effect) -> None:
        floor = effect.at_least or LOWEST
        self.floor = max(self.floor, floor)
        for page in effect.learn:
            self.learned[page] = max(floor, self.learned.get(page, LOWEST))
        if effect.advise and effect.advise not in self.advice:
            self.advice.append(effect.advise)

    def _weigh_rules(self) -> None:
        """What the rules of every flow entered so far add; what a rule once did is never undone on this walk.

        A rule that did not hold before the present answer can hold now only if it looks at that, or at the floor.
        """
        asked = self.at
        for name in self._entered:
            for index, rule in enumerate(self.library.flow(name, self.language).rules):
                if name in self._weighed and asked not in rule.asks and not rule.weighs:
                    continue
                if (name, index) not in self._fired and self.holds(rule.when):
                    self._fired.add((name, index))
                    self._weigh(rule.effect)
        self._weighed.update(self._entered)


def walk(
    library: Library, flow: str, answers: Mapping[str, str], language: str = "en", before: object = None
) -> Walker:
    """Walk *flow* through *answers*, and stand where that leads.

    An answer counts when its question comes up and still offers that option; others wait, or no longer lie on the
    path. So a changed answer keeps everything that still applies, and a recalled flow asks from where it differs.
    A walk *before* through the first of these answers is gone on with, and stays as it was.
    """
    if isinstance(before, Walker) and before.leads_to(library, flow, answers, language):
        walker = before if before.next(answers) is None else before.twin()
    else:
        walker = Walker(library, language)
        walker.enter(flow)
    while (value := walker.next(answers)) is not None:
        walker.take(value)
    return walker
