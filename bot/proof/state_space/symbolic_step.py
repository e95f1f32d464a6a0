"""The symbolic step: one move of a conversation, on formulas.

It does what `bot.engine.interpreter` does after an answer, step by step in the same order."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from bot.model.flow import Call, Flow, Outcome, Question, Return, State, Statement
from bot.proof.state_space.formulas import NO, YES
from bot.proof.state_space.guards import Arrow, Guards, Situation
from bot.proof.state_space.ranks import LOWEST, height, urgency_at
from bot.proof.state_space.reachability import Here, Stack

MOST_MOVES = 500


class Place(NamedTuple):
    """A symbolic state: where a conversation waits for an answer, and all that matters of the answers so far."""

    stack: Stack
    height: int
    entered: tuple[str, ...]  # the flows whose rules may still raise the floor
    left: int  # the residuals of the guards that answers bore on; see `bot.proof.state_space.residuals`

    def question(self, flows: Mapping[str, Flow]) -> Question:
        """Return the question that is open."""
        flow, name = self.stack[-1]
        question = flows[flow].states[name]
        assert isinstance(question, Question)
        return question


class End(NamedTuple):
    """An ending: the outcome (`flow.state`), and the rank of the floor. Without an outcome it got stuck."""

    outcome: str
    height: int


STUCK = End("", LOWEST)


class Kind(Enum):
    """What a state does: ask, say, run a flow, return to the caller, end."""

    ASK, SAY, RUN, BACK, END = range(5)


@dataclass(frozen=True, slots=True)
class Step:
    """The few facts about a state of a flow that a move needs."""

    kind: Kind
    only_if: int
    goto: Here
    height: int = LOWEST
    run: str = ""


class Steps:
    """Every state of every flow in compiled form, and which of them the moves have reached."""

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
        """Return one state of a flow in compiled form."""
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
    """One move, used once, as an interpreter is.

    *guards_read* are the guards that it looked at: another move that finds the same residuals of them goes the same
    way."""

    def __init__(self, steps: Steps, situation: Situation, left: int, place: Place) -> None:
        self.steps, self.situation, self.left = steps, situation, left
        self.frames, self.entered, self.height = list(place.stack), place.entered, place.height
        self.heard: list[Here] = []  # the statements on the way
        self.read: set[int] = set()
        self._of, self._formula = steps.guards.lefts.of, steps.guards.lefts.formula
        self.trouble: tuple[str, Here, str] | None = None

    def holds(self, guard: int) -> bool:
        """Return whether *guard* holds now, and note that it was looked at."""
        self.read.add(guard)
        bit = self.left & self._of[guard]
        formula = self._formula[bit] if bit else self.situation.base.get(guard, NO)
        return formula == YES or (formula != NO and self.steps.formulas.now(formula, urgency_at(self.height)))

    def lift(self, height: int) -> None:
        """Set the floor after an option, and let the rules of every flow entered so far raise it."""
        self.height = height
        for flow in self.entered if height < self.steps.guards.top else ():
            for lift in self.steps.guards.lifts.get(flow, ()):
                if lift.height > self.height and self.holds(lift.when):
                    self.height = lift.height
                    self.steps.lifted.add((flow, lift.rule))

    def arrows(self) -> list[Arrow]:
        """Return the rules that would lead on from the open question, as it was just answered."""
        arrows = self.steps.guards.arrows.get(self.frames[-1])
        return [arrow for arrow in arrows if self.holds(arrow.when)] if arrows else []

    def begin(self, flow: str) -> None:
        """Enter *flow* on top of the stack, at its start."""
        if flow not in self.entered:
            self.entered += (flow,)
        self.frames.append(("", ""))
        self.enter(self.steps.starts[flow])

    def enter(self, here: Here) -> None:
        """Enter a state, and apply what it does on entry if it applies."""
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
        """Go on through every state that does not wait for a person, up to a question or an ending."""
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
        """Mark the move as a loop when its question was answered before."""
        asked = self.steps.guards.asked.get(self.frames[-1]) if self.frames and not self.trouble else None
        if asked is not None:
            self.read.add(asked)
            if self.steps.guards.lefts.left(self.left, asked, {}, NO) == YES:
                self.trouble = "loop", self.frames[-1], "is asked a second time, and the second answer is never heard"

    def end(self) -> End | None:
        """Return the ending that the move has reached; None where a question is open."""
        if self.trouble:
            return STUCK
        here = self.frames[-1]
        return End(".".join(here), self.height) if self.steps.steps[here].kind is Kind.END else None
