"""The fewest answers that matter: a chat with a change in it, as calm as possible, that no row has told of yet."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.comparing.lockstep import Lockstep, Step
from bot.comparing.side import Side
from bot.flow import Question
from bot.proof.formulas import YES, Formulas
from bot.urgency import Urgency

Answers = frozenset[tuple[str, str]]  # question (`flow.state`) and option
Mark = tuple[bool, bool]  # whether the old version, and the new one, has given a certain page
State = tuple[int, int, Mark]  # a pair, what is left of the rows that were told, the mark
UNMARKED: Mark = (False, False)
MARKS: tuple[Mark, ...] = (UNMARKED, (False, True), (True, False), (True, True))
MOST_STATES = 3_000_000


class TooLong(Exception):
    """The search for rows went beyond its budget."""


@dataclass(frozen=True, slots=True)
class Found:
    """The way in, and every answer that is not the calmest one. *pair* is where it ended."""

    way_in: str
    answers: Answers
    pair: int


class Search:
    """Goes through the pairs from calm to worrying: a chat costs as much as it has answers that are not the calmest."""

    def __init__(self, lockstep: Lockstep) -> None:
        self.lockstep = lockstep
        self.calm = {**_calmest(lockstep.old), **_calmest(lockstep.new)}
        self.formulas = Formulas()
        self.states = 0
        self._masks: dict[int, int] = {}

    def told(self, rows: Iterable[Answers]) -> int:
        """A formula that holds for everybody whom one of *rows* speaks of."""
        of = self.formulas
        return of.any_of(*(of.all_of(*(of.is_(question, [option]) for question, option in row)) for row in rows))

    def find(self, told: int, wanted: Callable[[int, Mark], bool], order: list[int], page: str = "") -> Found | None:
        """The calmest chat that ends as *wanted* and that *told* does not hold for."""
        can = self._can(wanted, order, page)
        came: dict[State, tuple[State, Step] | str] = {}
        todo: deque[tuple[State, tuple[State, Step] | str]] = deque()
        for flow, root in self.lockstep.roots.items():
            todo.append(((root, told, self._first(flow, page)), flow))
        while todo:
            state, how = todo.popleft()
            if state in came or state[1] == YES or not can.get(state[0], 0) & _bit(state[2]):
                continue
            came[state] = how
            self._count()
            if not self.lockstep.steps[state[0]]:
                if wanted(state[0], state[2]):
                    return self._found(came, state)
                continue
            for step, target in self._on(state, page):
                if self._calm(step):
                    todo.appendleft((target, (state, step)))
                else:
                    todo.append((target, (state, step)))
        return None

    def _can(self, wanted: Callable[[int, Mark], bool], order: list[int], page: str) -> Mapping[int, int]:
        """The pairs, with the marks there as bits, from which one can come to something *wanted*."""
        marks = MARKS if page else (UNMARKED,)
        can: dict[int, int] = {}
        for number in order:
            steps, here = self.lockstep.steps[number], 0
            for mark in marks:
                onward = (can.get(step.target, 0) & _bit(_marked(mark, step, page)) for step in steps)
                if any(onward) or (not steps and wanted(number, mark)):
                    here |= _bit(mark)
            if here:
                can[number] = here
        return can

    def _first(self, flow: str, page: str) -> Mark:
        sides = self.lockstep.old, self.lockstep.new
        return (page in sides[0].at_first[flow], page in sides[1].at_first[flow]) if page else UNMARKED

    def _on(self, state: State, page: str) -> Iterator[tuple[Step, State]]:
        number, told, mark = state
        for step in self.lockstep.steps[number]:
            left = told if step.again else self._left(told, step)
            yield step, (step.target, left, _marked(mark, step, page))

    def _left(self, told: int, step: Step) -> int:
        """What is left of the rows that were told: those that wait for what can no longer be asked are out."""
        left = self.formulas.answered(told, self.formulas.bit(step.question), step.option)
        return self.formulas.settled(left, self._ahead(step.target), Urgency.SELF_CARE) if left > YES else left

    def _ahead(self, number: int) -> int:
        if number not in self._masks:
            pair = self.lockstep.pairs[number]
            ahead = self.lockstep.old.ahead[pair.old] | self.lockstep.new.ahead[pair.new]
            self._masks[number] = self.formulas.bits(ahead)
        return self._masks[number]

    def _calm(self, step: Step) -> bool:
        return step.again or self.calm[step.question] == step.option

    def _count(self) -> None:
        self.states += 1
        if self.states > MOST_STATES:
            raise TooLong

    def _found(self, came: Mapping[State, tuple[State, Step] | str], state: State) -> Found:
        pair, answers = state[0], set[tuple[str, str]]()
        while not isinstance(how := came[state], str):
            state, step = how
            if not self._calm(step):
                answers.add((step.question, step.option))
        return Found(how, frozenset(answers), pair)


def _marked(mark: Mark, step: Step, page: str) -> Mark:
    return (mark[0] or page in step.old, mark[1] or page in step.new) if page else mark


def _bit(mark: Mark) -> int:
    return 1 << (2 * mark[0] + mark[1])


def _calmest(side: Side) -> dict[str, str]:
    """The calmest option of each question: the first. Where the options have no order, the one with which most of the
    calmest conversations go on."""
    calm = {}
    for at, spots in side.asked.items():
        flow, _, name = at.partition(".")
        question = side.library.flow(flow).states[name]
        assert isinstance(question, Question)
        calm[at] = _most(side, spots) if question.unordered else question.options[0].id
    return calm


def _most(side: Side, spots: list[int]) -> str:
    options = side.spots[spots[0]].options

    def worth(option: int) -> tuple[int, int]:
        targets = [side.spots[number].next[option] for number in spots]
        return -min(side.lowest[target] for target in targets), max(side.conversations[target] for target in targets)

    return options[max(range(len(options)), key=worth)]
