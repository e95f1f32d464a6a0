"""The interpreter of flows: it replays the answers, from the first question to the current state.

The current state is never stored. It is found each time by replaying the answers through the flow. So an answer that is
taken back takes its floor and its pages with it, and nothing stale can stay behind.
"""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass

from transitions import EventData

from bot.engine.machine import ANSWER, NEXT
from bot.model.bundle import Library
from bot.model.content import RedFlag
from bot.model.flow import BEGIN, Call, Effect, Flow, Outcome, Question, Return, State, Statement
from bot.model.guards import When
from bot.model.urgency import LOWEST, Floor

MOST_MOVES = 500  # more moves than this without an answer are a loop, which `check` would have refused


class Stuck(Exception):
    """A replay that cannot go on: no transition is open, or it moves without end. `check` proves it cannot happen."""


@dataclass(slots=True)
class Frame:
    """A position in one flow. Frames stack: a flow that runs another waits below it."""

    flow: str
    state: str
    book: Flow  # the same flow, in the person's language


class Walker:
    """A replay in progress: the frames, the answers so far, and what they led to. It is never stored.

    To go on from an earlier replay, work on a copy of it.

    `state` is the attribute that `transitions` reads and writes; `prepare` and `enter_state` are the callbacks that
    machine.py names. An Interpreter is never added to a Machine: `Event.trigger(model)` asks for no registration.
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
        self.flag: tuple[RedFlag | None] | None = None  # cached by red_flag_monitor until the next move
        self._said: set[str] = set()
        self._entered: list[str] = []
        self._fired: set[tuple[str, int]] = set()
        self._weighed: set[str] = set()

    # ---- the current state

    @property
    def flow(self) -> Flow:
        """The flow of the current frame, in the person's language."""
        return self.frames[-1].book

    @property
    def state(self) -> str:
        """The name of the current state in its flow, as `transitions` reads and writes it."""
        return self.frames[-1].state

    @state.setter
    def state(self, name: str) -> None:
        self.frames[-1].state = name

    @property
    def here(self) -> State:
        """The current state."""
        frame = self.frames[-1]
        return frame.book.states[frame.state]

    @property
    def at(self) -> str:
        """The full name of the current state: `flow.state`."""
        return self.flow.at(self.state)

    @property
    def question(self) -> Question | None:
        """The open question; None in any other state."""
        here = self.here if self.frames else None
        return here if isinstance(here, Question) else None

    @property
    def outcome(self) -> Outcome | None:
        """The outcome that was reached; None in any other state."""
        here = self.here if self.frames else None
        return here if isinstance(here, Outcome) else None

    @property
    def fired(self) -> frozenset[tuple[str, int]]:
        """The rules that held and were applied so far: flow and number."""
        return frozenset(self._fired)

    def holds(self, when: When) -> bool:
        """Whether *guard* holds for the answers and the floor so far."""
        return when.holds(self.answers, self.floor)

    # ---- moving

    def enter(self, flow: str) -> None:
        """Begin *flow*, and run to the first state that waits for a person."""
        if flow not in self._entered:
            self._entered.append(flow)
        self._begin(flow)
        self._move(NEXT)
        self._settle()

    def _begin(self, flow: str) -> None:
        """Push a frame at the beginning of *flow*."""
        self.frames.append(Frame(flow, BEGIN, self.library.flow(flow, self.language)))

    def take(self, value: str) -> None:
        """Answer the open question with the option *value*, and run to the next state that waits for a person."""
        self.spoken.clear()
        self._move(ANSWER, value)
        self._settle()

    def _settle(self) -> None:
        """Run through every state that does not wait for a person."""
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
        """Take the transition that is open for *event*; NoTransitionError where none is."""
        self.flag = None
        machine = self.library.machines[self.frames[-1].flow]
        if not machine.events[event].trigger(self, value=value):
            raise Stuck(f"no arrow for {event!r} is open at {self.at}")

    def next(self, answers: Mapping[str, str]) -> str | None:
        """Return which of *answers* answers the open question; None where it stays open."""
        question = self.question
        if question is None or (at := self.at) in self.answers:
            return None
        value = answers.get(at)
        return value if value is not None and question.option(value) else None

    # ---- continuing an earlier replay

    def leads_to(self, library: Library, flow: str, answers: Mapping[str, str], language: str) -> bool:
        """Whether a replay of *answers* through *flow* begins with this one: the same flows, every answer as it was."""
        ours = self.library
        same = ours.flows is library.flows and ours.machines is library.machines
        same = same and ours.red_flags is library.red_flags and self.language == language
        return same and self._entered[:1] == [flow] and self.answers.items() <= answers.items()

    def twin(self) -> "Walker":
        """Return an independent copy in the same state."""
        twin = copy(self)
        twin.frames = [Frame(frame.flow, frame.state, frame.book) for frame in self.frames]
        twin.answers, twin.learned = dict(self.answers), dict(self.learned)
        twin.advice, twin.spoken, twin._entered = list(self.advice), list(self.spoken), list(self._entered)
        twin._said, twin._fired, twin._weighed = set(self._said), set(self._fired), set(self._weighed)
        return twin

    # ---- callbacks: what happens while it moves

    def prepare(self, event: EventData) -> None:
        """Record the answer and apply its effect and the rules, before `transitions` looks at any guard."""
        if event.event.name != ANSWER or not isinstance(question := self.here, Question):
            return
        value = event.kwargs["value"]
        self.answers[self.at] = value
        if option := question.option(value):
            self._say(option.say)
            self._weigh(option.effect)
        self._weigh_rules()

    def enter_state(self, _: EventData) -> None:
        """Say the text of a state on entering it, and apply its effect, if the state applies."""
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
        """Apply *effect*: raise the floor, collect its pages, add its advice."""
        floor = effect.at_least or LOWEST
        self.floor = max(self.floor, floor)
        for page in effect.learn:
            self.learned[page] = max(floor, self.learned.get(page, LOWEST))
        if effect.advise and effect.advise not in self.advice:
            self.advice.append(effect.advise)

    def _weigh_rules(self) -> None:
        """Apply every rule of the entered flows that newly holds; a replay never undoes what a rule did.

        A rule that did not hold before the present answer can hold now only if it looks at that answer, or the floor.
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
    """Replay *answers* through *flow* from its beginning, and return the interpreter in the state they lead to.

    An answer counts when its question comes up and still offers that option; others wait, or no longer lie on the
    path. So a changed answer keeps everything that still applies, and a recalled flow asks from where it differs.
    A *cached* replay of the first of these answers is continued on a copy, and stays as it was.
    """
    if isinstance(before, Walker) and before.leads_to(library, flow, answers, language):
        walker = before if before.next(answers) is None else before.twin()
    else:
        walker = Walker(library, language)
        walker.enter(flow)
    while (value := walker.next(answers)) is not None:
        walker.take(value)
    return walker
