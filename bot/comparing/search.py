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


Wanted = Callable[[int, Mark], bool]  # whether a pair of endings, with a mark, is what is looked for


def _bit(mark: Mark) -> int:
    return 1 << (2 * mark[0] + mark[1])


BEFORE = {  # for what a step gives (the old version, the new one), and the marks wanted after it: those before it
    given: [
        sum(_bit(mark) for mark in MARKS if _bit((mark[0] or given[0], mark[1] or given[1])) & wanted)
        for wanted in range(1 << len(MARKS))
    ]
    for given in MARKS
}


class TooLong(Exception):
    """The search for rows went beyond its budget."""


@dataclass(frozen=True, slots=True)
class Found:
    """The way in, and every answer that is not the calmest one. *pair* is where it ended."""

    way_in: str
    answers: Answers
    pair: int


@dataclass(frozen=True, slots=True)
class Hunt:
    """*can* has for each pair the marks, as bits, with which one can come from it to something *wanted*."""

    wanted: Wanted
    page: str
    can: list[int]


class Search:
    """Goes through the pairs from calm to worrying: a chat costs as much as it has answers that are not the calmest."""

    def __init__(self, lockstep: Lockstep) -> None:
        self.lockstep = lockstep
        self.calm = {**_calmest(lockstep.old), **_calmest(lockstep.new)}
        self.formulas = Formulas()
        self.states = 0
        self._masks: dict[int, int] = {}  # the questions that can still be asked, by pair
        self._bits = {question: self.formulas.bit(question) for question in self.calm}

    def told(self, rows: Iterable[Answers]) -> int:
        """A formula that holds for everybody whom one of *rows* speaks of."""
        of = self.formulas
        return of.any_of(*(of.all_of(*(of.is_(question, [option]) for question, option in row)) for row in rows))

    def find(self, told: int, hunt: Hunt) -> Found | None:
        """The calmest chat that ends as it should and that *told* does not hold for."""
        wanted, can, page = hunt.wanted, hunt.can, hunt.page
        came: dict[State, tuple[State, Step] | str] = {}
        todo: deque[tuple[State, tuple[State, Step] | str]] = deque()
        for flow, root in self.lockstep.roots.items():
            todo.append(((root, told, self._first(flow, page)), flow))
        while todo:
            state, how = todo.popleft()
            if state in came or state[1] == YES or not can[state[0]] & _bit(state[2]):
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

    def hunt(self, wanted: Wanted, order: list[int], page: str = "") -> Hunt:
        """For chats that end as *wanted*, all of one kind. *can* is worked out once for as many as there are."""
        steps, marks = self.lockstep.steps, MARKS if page else (UNMARKED,)
        can = [0] * len(steps)
        for number in order:
            if not steps[number]:
                can[number] = sum(_bit(mark) for mark in marks if wanted(number, mark))
            for step in steps[number]:
                if there := can[step.target]:
                    can[number] |= BEFORE[page in step.old, page in step.new][there] if page else there
        return Hunt(wanted, page, can)

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
        masks, bit = self.formulas.masks, self._bits[step.question]
        if masks[told] & bit:
            told = self.formulas.answered(told, bit, step.option)
        ahead = self._masks.get(step.target) or self._ahead(step.target)
        return self.formulas.settled(told, ahead, Urgency.SELF_CARE) if masks[told] & ~ahead else told

    def _ahead(self, number: int) -> int:
        pair = self.lockstep.pairs[number]
        self._masks[number] = self.formulas.bits(self.lockstep.old.ahead[pair.old] | self.lockstep.new.ahead[pair.new])
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
