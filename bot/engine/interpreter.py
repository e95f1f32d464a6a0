"""The interpreter of flows: it replays the answers, from the first question to the current state.

The current state is never stored. It is found each time by replaying the answers through the flow. So an answer that is
taken back takes its floor and its pages with it, and nothing stale can stay behind.
"""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass

from transitions import EventData

from bot.engine.machine import ANSWER_EVENT, NEXT_EVENT
from bot.model.bundle import ContentBundle
from bot.model.content import RedFlag
from bot.model.flow import INITIAL_STATE, Call, Effect, Flow, Outcome, Question, Return, State, Statement
from bot.model.guards import Guard
from bot.model.urgency import LOWEST_FLOOR, Floor

MAX_MOVES = 500  # more moves than this without an answer are a loop, which `check` would have refused


class NoTransitionError(Exception):
    """A replay that cannot go on: no transition is open, or it moves without end. `check` proves it cannot happen."""


@dataclass(slots=True)
class Frame:
    """A position in one flow. Frames stack: a flow that runs another waits below it."""

    flow: str
    state: str
    localized_flow: Flow  # the same flow, in the person's language


class Interpreter:
    """A replay in progress: the frames, the answers so far, and what they led to. It is never stored.

    To go on from an earlier replay, work on a copy of it.

    `state` is the attribute that `transitions` reads and writes; `prepare` and `enter_state` are the callbacks that
    machine.py names. An Interpreter is never added to a Machine: `Event.trigger(model)` asks for no registration.
    """

    __slots__ = (
        *("bundle", "language", "frames", "answers", "floor", "collected_pages", "advice"),
        *("texts_since_answer", "red_flag_result"),
        *("_said_texts", "_entered_flows", "_fired_rules", "_checked_flows"),
    )

    def __init__(self, bundle: ContentBundle, language: str) -> None:
        self.bundle, self.language = bundle, language
        self.frames: list[Frame] = []
        self.answers: dict[str, str] = {}  # "flow.question" to option id, in the order given
        self.floor: Floor = LOWEST_FLOOR
        self.collected_pages: dict[str, Floor] = {}  # page id to the highest floor that came with it
        self.advice: list[str] = []
        self.texts_since_answer: list[str] = []  # what was said since the last answer, before the open question
        self.red_flag_result: tuple[RedFlag | None] | None = None  # cached by red_flag_monitor until the next move
        self._said_texts: set[str] = set()
        self._entered_flows: list[str] = []
        self._fired_rules: set[tuple[str, int]] = set()
        self._checked_flows: set[str] = set()

    # ---- the current state

    @property
    def current_flow(self) -> Flow:
        """The flow of the current frame, in the person's language."""
        return self.frames[-1].localized_flow

    @property
    def state(self) -> str:
        """The name of the current state in its flow, as `transitions` reads and writes it."""
        return self.frames[-1].state

    @state.setter
    def state(self, name: str) -> None:
        self.frames[-1].state = name

    @property
    def current_state(self) -> State:
        """The current state."""
        frame = self.frames[-1]
        return frame.localized_flow.states[frame.state]

    @property
    def state_id(self) -> str:
        """The full name of the current state: `flow.state`."""
        return self.current_flow.full_name(self.state)

    @property
    def question(self) -> Question | None:
        """The open question; None in any other state."""
        state = self.current_state if self.frames else None
        return state if isinstance(state, Question) else None

    @property
    def outcome(self) -> Outcome | None:
        """The outcome that was reached; None in any other state."""
        state = self.current_state if self.frames else None
        return state if isinstance(state, Outcome) else None

    @property
    def fired_rules(self) -> frozenset[tuple[str, int]]:
        """The rules that held and were applied so far: flow and number."""
        return frozenset(self._fired_rules)

    def holds(self, guard: Guard) -> bool:
        """Whether *guard* holds for the answers and the floor so far."""
        return guard.holds(self.answers, self.floor)

    # ---- moving

    def start(self, flow: str) -> None:
        """Begin *flow*, and run to the first state that waits for a person."""
        if flow not in self._entered_flows:
            self._entered_flows.append(flow)
        self._push_frame(flow)
        self._trigger(NEXT_EVENT)
        self._run_until_input()

    def _push_frame(self, flow: str) -> None:
        """Push a frame at the beginning of *flow*."""
        self.frames.append(Frame(flow, INITIAL_STATE, self.bundle.flow(flow, self.language)))

    def answer(self, value: str) -> None:
        """Answer the open question with the option *value*, and run to the next state that waits for a person."""
        self.texts_since_answer.clear()
        self._trigger(ANSWER_EVENT, value)
        self._run_until_input()

    def _run_until_input(self) -> None:
        """Run through every state that does not wait for a person."""
        for _ in range(MAX_MOVES):
            state = self.current_state
            relevant = state.only_if is None or self.holds(state.only_if)
            match state:
                case Question() | Outcome() if relevant:
                    return
                case Call(run=flow) if relevant:
                    self._push_frame(flow)
                    self._entered_flows.append(flow)
                case Return():
                    self.frames.pop()
            self._trigger(NEXT_EVENT)
        raise NoTransitionError(f"still moving after {MAX_MOVES} moves, at {self.state_id}")

    def _trigger(self, event: str, value: str = "") -> None:
        """Take the transition that is open for *event*; NoTransitionError where none is."""
        self.red_flag_result = None
        machine = self.bundle.machines[self.frames[-1].flow]
        if not machine.events[event].trigger(self, value=value):
            raise NoTransitionError(f"no arrow for {event!r} is open at {self.state_id}")

    def next_answer(self, answers: Mapping[str, str]) -> str | None:
        """Return which of *answers* answers the open question; None where it stays open."""
        question = self.question
        if question is None or (state_id := self.state_id) in self.answers:
            return None
        value = answers.get(state_id)
        return value if value is not None and question.option(value) else None

    # ---- continuing an earlier replay

    def is_prefix_of(self, bundle: ContentBundle, flow: str, answers: Mapping[str, str], language: str) -> bool:
        """Whether a replay of *answers* through *flow* begins with this one: the same flows, every answer as it was."""
        own = self.bundle
        same = own.flows is bundle.flows and own.machines is bundle.machines
        same = same and own.red_flags is bundle.red_flags and self.language == language
        return same and self._entered_flows[:1] == [flow] and self.answers.items() <= answers.items()

    def copy(self) -> "Interpreter":
        """Return an independent copy in the same state."""
        duplicate = copy(self)
        duplicate.frames = [Frame(frame.flow, frame.state, frame.localized_flow) for frame in self.frames]
        duplicate.answers, duplicate.collected_pages = dict(self.answers), dict(self.collected_pages)
        duplicate.advice = list(self.advice)
        duplicate.texts_since_answer = list(self.texts_since_answer)
        duplicate._entered_flows = list(self._entered_flows)
        duplicate._said_texts = set(self._said_texts)
        duplicate._fired_rules = set(self._fired_rules)
        duplicate._checked_flows = set(self._checked_flows)
        return duplicate

    # ---- callbacks: what happens while it moves

    def prepare(self, event: EventData) -> None:
        """Record the answer and apply its effect and the rules, before `transitions` looks at any guard."""
        if event.event.name != ANSWER_EVENT or not isinstance(question := self.current_state, Question):
            return
        value = event.kwargs["value"]
        self.answers[self.state_id] = value
        if option := question.option(value):
            self._say_once(option.say)
            self._apply(option.effect)
        self._apply_rules()

    def enter_state(self, _: EventData) -> None:
        """Say the text of a state on entering it, and apply its effect, if the state applies."""
        state = self.current_state
        if state.only_if is not None and not self.holds(state.only_if):
            return
        match state:
            case Statement(say=say, effect=effect):
                self._say_once(say)
                self._apply(effect)
            case Outcome(floor=floor, effect=effect):
                self._apply(effect)  # its pages are for everybody: those of single answers stand before them
                self.floor = max(self.floor, floor)

    def _say_once(self, text: str) -> None:
        """Say *text*, unless this conversation has said it before: a list of signs is shown once."""
        if text and text not in self._said_texts:
            self._said_texts.add(text)
            self.texts_since_answer.append(text)

    def _apply(self, effect: Effect) -> None:
        """Apply *effect*: raise the floor, collect its pages, add its advice."""
        floor = effect.at_least or LOWEST_FLOOR
        self.floor = max(self.floor, floor)
        for page in effect.learn:
            self.collected_pages[page] = max(floor, self.collected_pages.get(page, LOWEST_FLOOR))
        if effect.advise and effect.advise not in self.advice:
            self.advice.append(effect.advise)

    def _apply_rules(self) -> None:
        """Apply every rule of the entered flows that newly holds; a replay never undoes what a rule did.

        A rule that did not hold before the present answer can hold now only if it looks at that answer, or the floor.
        """
        answered = self.state_id
        for name in self._entered_flows:
            for index, rule in enumerate(self.bundle.flow(name, self.language).rules):
                if name in self._checked_flows and answered not in rule.question_names and not rule.depends_on_floor:
                    continue
                if (name, index) not in self._fired_rules and self.holds(rule.when):
                    self._fired_rules.add((name, index))
                    self._apply(rule.effect)
        self._checked_flows.update(self._entered_flows)


def replay(
    bundle: ContentBundle, flow: str, answers: Mapping[str, str], language: str = "en", cached: object = None
) -> Interpreter:
    """Replay *answers* through *flow* from its beginning, and return the interpreter in the state they lead to.

    An answer counts when its question comes up and still offers that option; others wait, or no longer lie on the
    path. So a changed answer keeps everything that still applies, and a recalled flow asks from where it differs.
    A *cached* replay of the first of these answers is continued on a copy, and stays as it was.
    """
    if isinstance(cached, Interpreter) and cached.is_prefix_of(bundle, flow, answers, language):
        interpreter = cached if cached.next_answer(answers) is None else cached.copy()
    else:
        interpreter = Interpreter(bundle, language)
        interpreter.start(flow)
    while (value := interpreter.next_answer(answers)) is not None:
        interpreter.answer(value)
    return interpreter
