"""The search for the fewest answers that matter: the mildest chat with a change that no row has reported yet."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.authoring.diff.product_graph import Lockstep, Step
from bot.authoring.diff.version_graph import Side
from bot.model.flow import Question
from bot.model.urgency import Urgency
from bot.proof.state_space.formulas import YES, Formulas

Answers = frozenset[tuple[str, str]]  # question (`flow.state`) and option
Mark = tuple[bool, bool]  # whether the old version, and the new one, has given the page in question
State = tuple[int, int, Mark]  # a pair, the residual of the formula of reported rows, the page flags
UNMARKED: Mark = (False, False)
MARKS: tuple[Mark, ...] = (UNMARKED, (False, True), (True, False), (True, True))
MOST_STATES = 3_000_000


Wanted = Callable[[int, Mark], bool]  # whether a pair of endings, with its page flags, is what is looked for


def _bit(mark: Mark) -> int:
    """Return one bit for each of the four page flags."""
    return 1 << (2 * mark[0] + mark[1])


BEFORE = {  # by what an edge gives (old version, new one) and the flags wanted after it: the flags before it, as bits
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
    """A chat that was found: the way in, every answer that is not the mildest, and the *pair* of endings."""

    way_in: str
    answers: Answers
    pair: int


@dataclass(frozen=True, slots=True)
class Hunt:
    """What a search looks for: a predicate on pairs of endings, and the page it is about, if any.

    *reachable_flags* has for each pair the page flags, as bits, from which a wanted ending can still be reached.
    """

    wanted: Wanted
    page: str
    can: list[int]


class Search:
    """A search through the product graph: a chat costs one for each answer that is not the mildest."""

    def __init__(self, lockstep: Lockstep) -> None:
        self.lockstep = lockstep
        self.calm = {**_calmest(lockstep.old), **_calmest(lockstep.new)}
        self.formulas = Formulas()
        self.states = 0
        self._masks: dict[int, int] = {}  # by pair: the questions that can still be asked
        self._bits = {question: self.formulas.bit(question) for question in self.calm}

    def told(self, rows: Iterable[Answers]) -> int:
        """Return a formula that holds for all people that one of *rows* covers."""
        of = self.formulas
        return of.any_of(*(of.all_of(*(of.is_(question, [option]) for question, option in row)) for row in rows))

    def find(self, told: int, hunt: Hunt) -> Found | None:
        """Return the mildest chat that reaches the target and for which the formula *covered* does not hold."""
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
        """Return the target for chats whose ending satisfies *is_wanted*.

        *order* has the endings first. The target can be used for as many searches as needed.
        """
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
        """Return the page flags at the start of a flow."""
        sides = self.lockstep.old, self.lockstep.new
        return (page in sides[0].at_first[flow], page in sides[1].at_first[flow]) if page else UNMARKED

    def _on(self, state: State, page: str) -> Iterator[tuple[Step, State]]:
        """Yield each edge from a search state, with the state that it leads to."""
        number, told, mark = state
        for step in self.lockstep.steps[number]:
            left = told if step.again else self._left(told, step)
            yield step, (step.target, left, _marked(mark, step, page))

    def _left(self, told: int, step: Step) -> int:
        """Return the residual of the formula *covered* after an edge.

        Rows that wait for a question that can no longer be asked are dropped.
        """
        masks, bit = self.formulas.masks, self._bits[step.question]
        if masks[told] & bit:
            told = self.formulas.answered(told, bit, step.option)
        ahead = self._masks.get(step.target) or self._ahead(step.target)
        return self.formulas.settled(told, ahead, Urgency.SELF_CARE) if masks[told] & ~ahead else told

    def _ahead(self, number: int) -> int:
        """Compute, store and return the mask of the questions that can still be asked after a pair."""
        pair = self.lockstep.pairs[number]
        self._masks[number] = self.formulas.bits(self.lockstep.old.ahead[pair.old] | self.lockstep.new.ahead[pair.new])
        return self._masks[number]

    def _calm(self, step: Step) -> bool:
        """Whether an edge costs nothing: the mildest answer, or one that the other version has asked before."""
        return step.again or self.calm[step.question] == step.option

    def _count(self) -> None:
        """Count one visited state; raise when the budget is used up."""
        self.states += 1
        if self.states > MOST_STATES:
            raise TooLong

    def _found(self, came: Mapping[State, tuple[State, Step] | str], state: State) -> Found:
        """Return the chat that led to *state*, read backwards from where each state was reached."""
        pair, answers = state[0], set[tuple[str, str]]()
        while not isinstance(how := came[state], str):
            state, step = how
            if not self._calm(step):
                answers.add((step.question, step.option))
        return Found(how, frozenset(answers), pair)


def _marked(mark: Mark, step: Step, page: str) -> Mark:
    """Return the page flags after an edge."""
    return (mark[0] or page in step.old, mark[1] or page in step.new) if page else mark


def _calmest(side: Side) -> dict[str, str]:
    """Return the mildest option of each question: the first one.

    Where the options have no order, it is the one that leads to the lowest ending, and then to the most conversations.
    """
    calm = {}
    for at, spots in side.asked.items():
        flow, _, name = at.partition(".")
        question = side.library.flow(flow).states[name]
        assert isinstance(question, Question)
        calm[at] = _most(side, spots) if question.unordered else question.options[0].id
    return calm


def _most(side: Side, spots: list[int]) -> str:
    """Return the option that leads to the lowest ending, and among equals to the most conversations."""
    options = side.spots[spots[0]].options

    def worth(option: int) -> tuple[int, int]:
        """Return the sort key of an option: the lowest ending first, then the number of conversations."""
        targets = [side.spots[number].next[option] for number in spots]
        return -min(side.lowest[target] for target in targets), max(side.conversations[target] for target in targets)

    return options[max(range(len(options)), key=worth)]
