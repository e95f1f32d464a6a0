"""The explorer: visits every state once. A state is a stack, a floor, and the residual of each guard.

Two conversations in equal states have equal futures, whatever was said in them. So merging them is exact, and 10^15
conversations become some thousand states."""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.model.flow import Question
from bot.proof.state_space.formulas import NO
from bot.proof.state_space.guards import Guards, Situation
from bot.proof.state_space.ranks import LOWEST, height
from bot.proof.state_space.reachability import Here, Map
from bot.proof.state_space.step_cache import Heard, Leads, Memory, Row, Went
from bot.proof.state_space.symbolic_step import End, Move, Place, Steps

NOWHERE = -1, 0  # the parent of the first state of an entry flow
BUDGET = 200_000  # with more than that nobody could review the flow either


@dataclass(frozen=True, slots=True)
class Trouble:
    """A move that leads nowhere: from which state, by which option, and why."""

    slug: str
    at: tuple[str, str]
    message: str
    place: int
    option: int


@dataclass(slots=True)
class Explored:
    """The result of an exploration.

    *successors* has a number for each option of a state's question; a parent is (state, option)."""

    places: list[Place | End] = field(default_factory=list)
    next: list[tuple[int, ...]] = field(default_factory=list)
    heard: dict[int, Heard] = field(
        default_factory=dict
    )  # by state: the statements after each option; only where there are some
    parents: list[tuple[int, int] | None] = field(default_factory=list)
    roots: dict[str, int] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    shown: set[tuple[str, str]] = field(default_factory=set)  # states that applied
    passed: set[tuple[str, str]] = field(default_factory=set)  # states that were skipped
    taken: set[tuple[str, str, str]] = field(default_factory=set)  # flow, question, option whose own `goto` was taken
    led: set[tuple[str, int]] = field(default_factory=set)  # rules that led somewhere
    lifted: set[tuple[str, int]] = field(default_factory=set)  # rules that raised the floor
    rivals: dict[tuple[str, int, int], tuple[int, int]] = field(default_factory=dict)  # two rules that held at once
    entangled: str = ""  # the question with the most states, when there are too many


def _heard(options: int, leads: Iterable[Leads]) -> Heard:
    """Return the statements said after each option; an empty tuple where there is none at all."""
    heard = {option: lead.went.heard for lead in leads for option in lead.options if lead.went.heard}
    return tuple(heard.get(option, ()) for option in range(options)) if heard else ()


class Explorer:
    """Explores every state from every entry flow, the shortest conversations first."""

    def __init__(self, map: Map, budget: int = BUDGET, guards: Guards | None = None) -> None:
        self.flows, self.formulas, self.budget = map.flows, map.formulas, budget
        self.guards = guards or Guards(map)
        self.lefts = self.guards.lefts
        self.steps, self.ways, self.rows = Steps(self.guards), Memory[Went](self.lefts), Memory[Row](self.lefts)
        self.seen = Explored()
        self._numbers: dict[object, int] = {}
        self._places: dict[Place | End, int] = {}
        self._there: list[Situation | None] = []  # by the number of the state
        self._todo: deque[int] = deque()
        self._groups: dict[Here, list[list[int]]] = {}
        self._known: dict[tuple[int, int], list[int]] = {}

    def explore(self, ways_in: tuple[str, ...]) -> Explored:
        """Explore everything from these entry flows, up to the limit of states, and return what was found."""
        for flow in ways_in:
            self.seen.roots[flow] = self._begin(flow)
        while self._todo and not self.seen.entangled:
            number = self._todo.popleft()
            place, situation = self.seen.places[number], self._there[number]
            if situation is not None and isinstance(place, Place):
                self.seen.next[number] = self._answers(number, place, situation)
        self.seen.shown, self.seen.passed, self.seen.lifted = self.steps.shown, self.steps.passed, self.steps.lifted
        return self.seen

    def _begin(self, flow: str) -> int:
        """Enter a flow at its start, and return the number of the first state."""
        situation = self.guards.situation(((flow, self.flows[flow].start),), LOWEST)
        move = Move(self.steps, situation, 0, Place((), LOWEST, (), 0))
        move.begin(flow)
        move.settle()
        return self._number(self._went(move, NOWHERE, own=True), 0, *NOWHERE)

    def _answers(self, number: int, place: Place, situation: Situation) -> tuple[int, ...]:
        """Return the successor for each option. Options that leave the same residual of every guard share one."""
        row = self.rows.known((situation.number, place.entered), place.left)
        if row is None:
            row = self._row(number, place, situation)
        next_ = [0] * row.options
        for one in row.leads:
            target = self._number(one.went, (place.left & ~one.touched) | one.turned, number, one.options[0])
            for option in one.options:
                next_[option] = target
        if row.heard:
            self.seen.heard[number] = row.heard
        return tuple(next_)

    def _row(self, number: int, place: Place, situation: Situation) -> Row:
        """Compute the successors of a state, with the guards that were read: for all states like it."""
        here = place.stack[-1]
        question = place.question(self.flows)
        if here not in self._groups:
            self._groups[here] = self.guards.alike(".".join(here), question)
        touched = self.lefts.mask(situation.touched) & place.left
        read, leads = set(situation.touched), dict[object, Leads]()
        for group, turned in zip(self._groups[here], self._answered(here, question, situation, touched), strict=True):
            option = question.options[group[0]]
            lifted = max(place.height, height(option.effect.at_least))
            key = option.goto, lifted, turned
            if key not in leads:
                begin = situation.number, place.entered, lifted, option.goto
                left = (place.left ^ touched) | turned
                went = self.ways.known(begin, left)
                if went is None:
                    went = self._move(begin, Move(self.steps, situation, left, place), (number, group[0]))
                leads[key] = Leads(went, touched, turned, [])
            leads[key].options.extend(group)
            read |= leads[key].went.read
            if leads[key].went.own:
                self.seen.taken.update((*here, question.options[one].id) for one in group)
        row = Row(len(question.options), _heard(len(question.options), leads.values()), tuple(leads.values()))
        self.rows.keep((situation.number, place.entered), place.left, read, row)
        return row

    def _answered(self, here: Here, question: Question, situation: Situation, touched: int) -> list[int]:
        """Return for each group of options the new bits of the guards that the question bears on."""
        key = situation.number, touched
        if key not in self._known:
            bit, ids = self.formulas.bit(".".join(here)), [question.options[at].id for at, *_ in self._groups[here]]
            self._known[key] = [self._turned(situation, touched, bit, id) for id in ids]
        return self._known[key]

    def _turned(self, situation: Situation, touched: int, bit: int, option: str) -> int:
        """Return the bits of the guards that the question bears on, once it was answered with *option*."""
        turned, base = 0, situation.base
        for guard in situation.touched:
            now = self.formulas.answered(self.lefts.left(touched, guard, base, NO), bit, option)
            if now != base[guard]:
                turned |= self.lefts.bit(guard, now)
        return turned

    def _move(self, begin: tuple[int, tuple[str, ...], int, str], move: Move, parent: tuple[int, int]) -> Went:
        """Follow the first rule that holds, else the option's own `goto`, and return where that leads."""
        *_, lifted, goto = begin
        move.lift(lifted)
        holding = move.arrows()
        flow = move.frames[-1][0]
        if holding:
            self.seen.led.add((flow, holding[0].rule))
            for other in holding[1:]:
                if other.goto != holding[0].goto:
                    self.seen.rivals.setdefault((flow, holding[0].rule, other.rule), parent)
        move.enter((flow, holding[0].goto if holding else goto))
        move.settle()
        went = self._went(move, parent, own=not holding)
        self.ways.keep(begin, move.left, went.read, went)
        return went

    def _went(self, move: Move, parent: tuple[int, int], *, own: bool) -> Went:
        """Check where a move has stopped, and return it as a result."""
        move.arrive()
        if move.trouble:
            self._tell(move.trouble, *parent)
        end, heard, read = move.end(), tuple(move.heard), frozenset(move.read)
        if end:
            return Went(end, (), end.height, (), None, own, heard, read)
        stack = self.guards.map.without_idle_callers(tuple(move.frames))
        return Went(None, stack, move.height, move.entered, self.guards.situation(stack, move.height), own, heard, read)

    def _number(self, went: Went, left: int, place: int, option: int) -> int:
        """Return the number of the state that a move leads to, with the residual bits that matter there."""
        there = went.there
        if there is not None:
            left = self.guards.arrived(left, there, went.height)
        key = went.end or (there and there.number, went.entered, left)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = self._numbered(went, left, place, option)
        return number

    def _numbered(self, went: Went, left: int, place: int, option: int) -> int:
        """Return the number of a state; a new one is queued.

        The state may be known although its key is not: where flows were entered whose rules matter no more."""
        arrived: Place | End | None = went.end
        if arrived is None:
            assert went.there is not None
            base, can = went.there.base, self.guards.can_lift
            entered = tuple([flow for flow in went.entered if can(flow, went.height, left, base)])
            arrived = Place(went.stack, went.height, entered, left)
        number = self._places.setdefault(arrived, len(self.seen.places))
        if number == len(self.seen.places):
            self.seen.places.append(arrived)
            self._there.append(went.there)
            self.seen.next.append(())
            self.seen.parents.append(None if place < 0 else (place, option))
            self._todo.append(number)
            if len(self.seen.places) > self.budget:
                self.seen.entangled = self._most()
        return number

    def _tell(self, trouble: tuple[str, tuple[str, str], str], place: int, option: int) -> None:
        """Record a move that leads nowhere, unless the same is known."""
        if trouble not in [(told.slug, told.at, told.message) for told in self.seen.troubles]:
            self.seen.troubles.append(Trouble(*trouble, place, option))

    def _most(self) -> str:
        """Return the question that most states wait at."""
        tops = Counter(".".join(place.stack[-1]) for place in self.seen.places if isinstance(place, Place))
        return tops.most_common(1)[0][0]
