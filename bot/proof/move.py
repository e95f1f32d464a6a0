"""One move of a conversation, on formulas: what `bot.walker` does after an answer, step by step in the same order."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from bot.flow import Call, Flow, Outcome, Question, Return, State, Statement
from bot.proof.ahead import Here, Stack
from bot.proof.formulas import NO, YES
from bot.proof.guards import Arrow, Guards, Situation
from bot.proof.heights import LOWEST, height, urgency_at

MOST_MOVES = 500


class Place(NamedTuple):
    """Where a conversation waits for an answer, and all that matters of what was said."""

    stack: Stack
    height: int
    entered: tuple[str, ...]  # the flows whose rules may still raise the floor
    left: int  # of the guards that answers bore on; see `bot.proof.lefts`

    def question(self, flows: Mapping[str, Flow]) -> Question:
        flow, name = self.stack[-1]
        question = flows[flow].states[name]
        assert isinstance(question, Question)
        return question


class End(NamedTuple):
    """An ending: the outcome (`flow.state`), and how high the floor is. One that is nowhere got stuck."""

    outcome: str
    height: int


STUCK = End("", LOWEST)


class Kind(Enum):
    ASK, SAY, RUN, BACK, END = range(5)


@dataclass(frozen=True, slots=True)
class Step:
    """The few facts about a state that moving needs."""

    kind: Kind
    only_if: int
    goto: Here
    height: int = LOWEST
    run: str = ""


class Steps:
    """Every state as a step, and what was met on the way."""

    def __init__(self, guards: Guards) -> None:
        self.guards, self.formulas, flows = guards, guards.formulas, guards.map.flows
        self.starts = {name: (name, flow.start) for name, flow in flows.items()}
        self.steps: dict[Here, Step] = {}
        self.shown: set[Here] = set()
        self.passed: set[Here] = set()
        self.lifted: set[tuple[str, int]] = set()
        for flow in flows.values():
            for state in flow.states.values():
                self.steps[flow.name, state.name] = self._step(flow.name, state)

    def _step(self, flow: str, state: State) -> Step:
        only_if = self.guards.only_if.get((flow, state.name), YES)
        match state:
            case Question(goto=goto):
                return Step(Kind.ASK, only_if, (flow, goto))
            case Statement(goto=goto, effect=effect):
                return Step(Kind.SAY, only_if, (flow, goto), height(effect.at_least))
            case Call(goto=goto, run=run):
                return Step(Kind.RUN, only_if, (flow, goto), run=run)
            case Return():
                return Step(Kind.BACK, only_if, (flow, ""))
            case Outcome(goto=goto, floor=floor):
                return Step(Kind.END, only_if, (flow, goto), height(floor))


class Move:
    """Born, moves once, and is thrown away, as a Walker is. *read* are the guards that it looked at: another
    move that finds the same left of these goes the same way."""

    def __init__(self, steps: Steps, situation: Situation, left: int, place: Place) -> None:
        self.steps, self.situation, self.left = steps, situation, left
        self.frames, self.entered, self.height = list(place.stack), place.entered, place.height
        self.heard: list[Here] = []  # the statements on the way
        self.read: set[int] = set()
        self._of, self._formula = steps.guards.lefts.of, steps.guards.lefts.formula
        self.trouble: tuple[str, Here, str] | None = None

    def holds(self, guard: int) -> bool:
        self.read.add(guard)
        bit = self.left & self._of[guard]
        formula = self._formula[bit] if bit else self.situation.base.get(guard, NO)
        return formula == YES or (formula != NO and self.steps.formulas.now(formula, urgency_at(self.height)))

    def lift(self, height: int) -> None:
        """What the option, and then the rules of every flow entered so far, make of the floor."""
        self.height = height
        for flow in self.entered if height < self.steps.guards.top else ():
            for lift in self.steps.guards.lifts.get(flow, ()):
                if lift.height > self.height and self.holds(lift.when):
                    self.height = lift.height
                    self.steps.lifted.add((flow, lift.rule))

    def arrows(self) -> list[Arrow]:
        """The rules that would lead on from the open question, as it was just answered."""
        arrows = self.steps.guards.arrows.get(self.frames[-1])
        return [arrow for arrow in arrows if self.holds(arrow.when)] if arrows else []

    def begin(self, flow: str) -> None:
        if flow not in self.entered:
            self.entered += (flow,)
        self.frames.append(("", ""))
        self.enter(self.steps.starts[flow])

    def enter(self, here: Here) -> None:
        """Stand in a state, and weigh what it does if it applies."""
        self.frames[-1] = here
        step = self.steps.steps[here]
        if step.height <= self.height and step.kind is not Kind.SAY:
            return  # it does nothing on being entered
        if step.only_if != YES and not self.holds(step.only_if):
            return
        if step.kind is Kind.SAY:  # said now: what it raises the floor to may be what it is not said at any more
            self.heard.append(here)
            self.steps.shown.add(here)
        if step.height > self.height:
            self.height = step.height

    def settle(self) -> None:
        """Go on through everything that does not wait for a person."""
        shown, passed = self.steps.shown, self.steps.passed
        for _ in range(MOST_MOVES):
            here = self.frames[-1]
            step = self.steps.steps[here]
            kind = step.kind
            applies = step.only_if == YES or self.holds(step.only_if)
            if applies or here not in self.heard:
                (shown if applies else passed).add(here)
            if applies and (kind is Kind.ASK or kind is Kind.END):
                return
            if applies and kind is Kind.RUN:
                self.begin(step.run)
            elif kind is Kind.BACK:
                self.frames.pop()
                if not self.frames:
                    self.trouble = "stranded", here, "hands back, and nobody waits for it"
                    return
                self.enter(self.steps.steps[self.frames[-1]].goto)
            else:
                self.enter(step.goto)
        self.trouble = "loop", self.frames[-1], "is come to again and again, and nobody is asked anything"

    def arrive(self) -> None:
        """A question that was answered before would be asked for nothing."""
        asked = self.steps.guards.asked.get(self.frames[-1]) if self.frames and not self.trouble else None
        if asked is not None:
            self.read.add(asked)
            if self.steps.guards.lefts.left(self.left, asked, {}, NO) == YES:
                self.trouble = "loop", self.frames[-1], "is asked a second time, and the second answer is never heard"

    def end(self) -> End | None:
        """Where it ends, if it ends."""
        if self.trouble:
            return STUCK
        here = self.frames[-1]
        return End(".".join(here), self.height) if self.steps.steps[here].kind is Kind.END else None
