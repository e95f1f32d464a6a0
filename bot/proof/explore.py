"""Everything that can happen, visited once: a place is a stack, a floor, and what the answers left of each guard.

Two conversations in equal places have equal futures, whatever was said in them. So merging them is exact, and 10^15
conversations become some thousand places.
"""

from collections import Counter, deque
from dataclasses import dataclass, field

from bot.flow import Question
from bot.proof.ahead import Here, Map
from bot.proof.guards import Guards
from bot.proof.heights import LOWEST, height
from bot.proof.move import End, Move, Place, Steps

BUDGET = 200_000  # places; with more than that nobody could review the flow either


@dataclass(frozen=True, slots=True)
class Trouble:
    """A move that leads nowhere: from which place, by which option, to what."""

    slug: str
    at: tuple[str, str]
    message: str
    place: int
    option: int


@dataclass(slots=True)
class Explored:
    """What was seen. *next* has a number for each option of a place's question; a parent is (place, option)."""

    places: list[Place | End] = field(default_factory=list)
    next: list[tuple[int, ...]] = field(default_factory=list)
    heard: dict[tuple[int, int], tuple[Here, ...]] = field(default_factory=dict)  # what is said after (place, option)
    parents: list[tuple[int, int] | None] = field(default_factory=list)
    roots: dict[str, int] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    shown: set[tuple[str, str]] = field(default_factory=set)  # states that applied
    passed: set[tuple[str, str]] = field(default_factory=set)  # states that were passed over
    taken: set[tuple[str, str, str]] = field(default_factory=set)  # flow, question, option whose own arrow was taken
    led: set[tuple[str, int]] = field(default_factory=set)  # rules that led somewhere
    lifted: set[tuple[str, int]] = field(default_factory=set)  # rules that raised the floor
    rivals: dict[tuple[str, int, int], tuple[int, int]] = field(default_factory=dict)  # two rules that held at once
    entangled: str = ""  # the question with the most places, when the budget was used up


class Explorer:
    """Visits everything from every way in, the shortest conversations first."""

    def __init__(self, map: Map, budget: int = BUDGET) -> None:
        self.flows, self.formulas, self.budget = map.flows, map.formulas, budget
        self.guards = Guards(map)
        self.steps = Steps(self.guards)
        self.seen = Explored()
        self._numbers: dict[Place | End, int] = {}
        self._todo: deque[int] = deque()
        self._groups: dict[Here, list[list[int]]] = {}
        self._known: dict[tuple[Here, tuple[int, ...]], list[tuple[int, ...]]] = {}

    def explore(self, ways_in: tuple[str, ...]) -> Explored:
        for flow in ways_in:
            self.seen.roots[flow] = self._begin(flow)
        while self._todo and not self.seen.entangled:
            number = self._todo.popleft()
            place = self.seen.places[number]
            if isinstance(place, Place):
                self.seen.next[number] = self._answers(number, place)
        self.seen.shown, self.seen.passed, self.seen.lifted = self.steps.shown, self.steps.passed, self.steps.lifted
        return self.seen

    def _begin(self, flow: str) -> int:
        situation = self.guards.situation(((flow, self.flows[flow].start),), LOWEST)
        move = Move(self.steps, situation, {}, Place((), LOWEST, (), ()))
        move.begin(flow)
        move.settle()
        return self._number(move, None)

    def _answers(self, number: int, place: Place) -> tuple[int, ...]:
        """Where each option leads. Options that leave the same of every guard lead to the same place."""
        here = place.stack[-1]
        question = self.flows[here[0]].states[here[1]]
        assert isinstance(question, Question)
        if here not in self._groups:
            self._groups[here] = self.guards.alike(".".join(here), question)
        situation = self.guards.situation(place.stack, place.height)
        left = dict(place.left)
        touched = tuple([left.get(guard, situation.base[guard]) for guard in situation.touched])
        next_, targets = [0] * len(question.options), {}
        for group, answered in zip(self._groups[here], self._answered(here, question, touched), strict=True):
            option = question.options[group[0]]
            lifted = max(place.height, height(option.effect.at_least))
            key = option.goto, lifted, answered
            if key not in targets:
                move = Move(self.steps, situation, left | dict(zip(situation.touched, answered, strict=True)), place)
                move.lift(lifted)
                targets[key] = self._follow(move, number, group[0], option.goto)
            target, own, heard = targets[key]
            for one in group:
                next_[one] = target
                if heard:
                    self.seen.heard[number, one] = heard
                if own:
                    self.seen.taken.add((*here, question.options[one].id))
        return tuple(next_)

    def _answered(self, here: Here, question: Question, touched: tuple[int, ...]) -> list[tuple[int, ...]]:
        """What each group of options leaves of the guards that the question bears on."""
        key = here, touched
        if key not in self._known:
            bit, answered = self.formulas.bit(".".join(here)), self.formulas.answered
            ids = [question.options[group[0]].id for group in self._groups[here]]
            self._known[key] = [tuple([answered(formula, bit, id) for formula in touched]) for id in ids]
        return self._known[key]

    def _follow(self, move: Move, number: int, option: int, goto: str) -> tuple[int, bool, tuple[Here, ...]]:
        """Where the first rule that holds leads, else the option's own arrow; whether it was that; and what is said."""
        holding = move.arrows()
        flow = move.frames[-1][0]
        if holding:
            self.seen.led.add((flow, holding[0].rule))
            for other in holding[1:]:
                if other.goto != holding[0].goto:
                    self.seen.rivals.setdefault((flow, holding[0].rule, other.rule), (number, option))
        move.enter((flow, holding[0].goto if holding else goto))
        move.settle()
        return self._number(move, (number, option)), not holding, tuple(move.heard)

    def _number(self, move: Move, parent: tuple[int, int] | None) -> int:
        arrived = move.arrive()
        if move.trouble:
            self._tell(move.trouble, *(parent or (-1, 0)))
        if arrived not in self._numbers:
            self._numbers[arrived] = len(self.seen.places)
            self.seen.places.append(arrived)
            self.seen.next.append(())
            self.seen.parents.append(parent)
            self._todo.append(self._numbers[arrived])
            if len(self.seen.places) > self.budget:
                self.seen.entangled = self._most()
        return self._numbers[arrived]

    def _tell(self, trouble: tuple[str, tuple[str, str], str], place: int, option: int) -> None:
        if trouble not in [(told.slug, told.at, told.message) for told in self.seen.troubles]:
            self.seen.troubles.append(Trouble(*trouble, place, option))

    def _most(self) -> str:
        tops = Counter(".".join(place.stack[-1]) for place in self.seen.places if isinstance(place, Place))
        return tops.most_common(1)[0][0]
