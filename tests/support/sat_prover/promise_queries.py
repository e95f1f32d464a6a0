"""Every promise doubted: for each a formula that nobody may satisfy, or that somebody must."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from bot.model.bundle import ContentBundle
from bot.model.content import RedFlag
from bot.model.flow import NOT_SURE, PREFER_NOT_TO_SAY, Outcome, Question
from bot.model.guards import guard_questions
from bot.model.urgency import Floor, Urgency
from tests.support.sat_prover.answer_variables import AnswerVariables, offered
from tests.support.sat_prover.endings import EndingsFormula
from tests.support.sat_prover.gates import FALSE, Gates, Lit
from tests.support.sat_prover.unrolled_flows import UnrolledFlows

COVERED = (
    "loop",
    "stranded",
    "overlap",
    "unreachable",
    "vacuous",
    "red-flag",
    "unasked",
    "unordered",
    "unsure",
    "never",
    "monotone",
)
"""The promises that are doubted here. `short` and `idle` count and compare texts: that is not for a SAT solver. Of
`unreachable` only what a person can come to: states, and rules that lead somewhere."""


class PromiseQueries:
    """What is broken in one library, by the slugs that the first prover uses, too."""

    def __init__(self, library: ContentBundle, ways_in: Iterable[str] = ()) -> None:
        self.library = library
        self.gates = Gates()
        self.people = AnswerVariables.of(self.gates, library, ways_in=ways_in)
        self.walked = UnrolledFlows(library, self.people)
        self.ends = EndingsFormula(self.walked)

    def broken(self) -> set[str]:
        stuck = {slug for slug in ("loop", "stranded") if self.is_broken(slug)}
        return stuck or {slug for slug in COVERED if self.is_broken(slug)}

    def is_broken(self, slug: str, only: str = "") -> bool:
        """Whether a promise is broken; with *only* it is enough to look at that red flag."""
        match slug:
            case "vacuous":
                return any(not self.gates.possible(lit) for lit in self.must_be_possible())
            case "unreachable":
                return any(not self.gates.possible(lit) for lit in self.must_be_reached())
            case "monotone":
                return worse_ends_lower(self)
        if slug == "unsure" and self.unmarked():
            return True
        return self.gates.possible(self.gates.any_of(self.impossible(slug, only)))

    def _flags(self, only: str) -> list[RedFlag]:
        return [flag for flag in self.library.red_flags if only in ("", flag.id)]

    def impossible(self, slug: str, only: str) -> list[Lit]:
        """What nobody may meet."""
        match slug:
            case "loop":
                return self.walked.twice
            case "stranded":
                return self.walked.stranded
            case "overlap":
                return self.walked.rivals
            case "red-flag":
                return [self.ends.red_flag(flag) for flag in self._flags(only)]
            case "unasked":
                return [self.ends.unasked(flag) for flag in self._flags(only)]
            case "never":
                return list(self._never())
            case "unsure":
                return [*self._unsure(), self._two_unsure()]
            case _:
                return list(self._unordered())

    def _never(self) -> Iterator[Lit]:
        for promise in self.library.promises.forbidden_endings:
            urgencies = [self.walked.urgency(self.ends.floor, urgency) for urgency in promise.urgencies]
            wrong = self.gates.any_of([*urgencies, self.ends.lower_than(promise.lowest_floor)])
            yield self.gates.all_of([self.ends.holds(promise.when), wrong])

    def questions(self) -> Iterator[tuple[str, Question]]:
        for at in self.walked.asks:
            flow, _, name = at.partition(".")
            question = self.walked.flows[flow].states[name]
            assert isinstance(question, Question)
            yield at, question

    def _unsure(self) -> Iterator[Lit]:
        for at, question in self.questions():
            for option in (NOT_SURE, PREFER_NOT_TO_SAY):
                if question.safety and question.option(option):
                    wanted = max(
                        self.library.promises.uncertainty_floors.lowest_floor(at, option), Floor(Urgency.ROUTINE)
                    )
                    yield self.gates.all_of([self.ends.said(at, option), self.ends.lower_than(wanted)])

    def _two_unsure(self) -> Lit:
        doubts = [self.ends.said(at, NOT_SURE) for at, question in self.questions() if question.safety]
        return self.gates.all_of(
            [self._two(doubts), self.ends.lower_than(self.library.promises.uncertainty_floors.two_unsure_floor)]
        )

    def _two(self, lits: list[Lit]) -> Lit:
        one, two = FALSE, FALSE
        for lit in lits:
            two = self.gates.any_of([two, self.gates.all_of([one, lit])])
            one = self.gates.any_of([one, lit])
        return two

    def _unordered(self) -> Iterator[Lit]:
        for at, question in self.questions():
            if question.unordered and question.option(NOT_SURE):
                yield self.gates.all_of([self.ends.said(at, NOT_SURE), self.ends.lower_than(Floor(Urgency.SOON, 14))])

    def unmarked(self) -> bool:
        """Whether a question that shows a red flag is not called a safety question."""
        told = {at for flag in self.library.red_flags for at in guard_questions(flag.when)}
        return any(at in told and not question.safety and self._comes(at) for at, question in self.questions())

    def _comes(self, at: str) -> bool:
        return self.gates.possible(self.ends.asked(at))

    # ---- what must not be empty

    def must_be_possible(self) -> Iterator[Lit]:
        """Each red flag, and each condition of a promise, for somebody."""
        yield from (self.ends.ever_up(flag) for flag in self.library.red_flags)
        promises = self.library.promises
        yield from (self.ends.holds(never.when) for never in promises.forbidden_endings)
        yield from (self.ends.holds(excuse.when) for excuse in promises.exemptions)

    def must_be_reached(self) -> Iterator[Lit]:
        """Each question and each ending, and each rule that leads somewhere."""
        found: dict[tuple[str, str], list[Lit]] = {}
        for node in self.walked.order:
            found.setdefault(node.stack[-1], []).append(node.applies)
        for flow in self.walked.flows.values():
            for name, state in flow.states.items():
                if isinstance(state, Question | Outcome):
                    yield self.gates.any_of(found.get((flow.name, name), []))
            for number, rule in enumerate(flow.rules):
                if rule.goto:
                    yield self.gates.any_of(self.walked.led.get((flow.name, number), []))


def ranks(question: Question, own: frozenset[str]) -> Iterator[tuple[str, str]]:
    """(milder, worse): neighbours in the list that take no way of their own, or both do."""
    if question.unordered:
        return
    ids = [option.id for option in question.options]
    for side in (own, frozenset(ids) - own):
        ranked = [id for id in ids if id in side and id != PREFER_NOT_TO_SAY]
        yield from pairwise(ranked)
        if ranked and PREFER_NOT_TO_SAY in ids and PREFER_NOT_TO_SAY in side:
            yield ranked[0], PREFER_NOT_TO_SAY


def worse_ends_lower(doubts: PromiseQueries) -> bool:
    """Whether somebody ends lower than another who differs from them in one answer, a milder one."""
    gates, people = doubts.gates, doubts.people
    own = {way.question: way.options for way in doubts.library.promises.separate_paths}
    steps = {
        (at, *pair): gates.new()
        for at, question in doubts.questions()
        for pair in ranks(question, own.get(at, frozenset()))
    }
    if not steps:
        return False
    gates.one_of(list(steps.values()))
    for (at, mild, _), step in steps.items():
        gates.must(-step, people.says[at, mild])
    worse = EndingsFormula(UnrolledFlows(doubts.library, people, _other(gates, people, doubts.library, steps)))
    ways = [_same_way(doubts.ends, worse, at, options, steps) for at, options in own.items()]
    return gates.possible(worse.lower(doubts.ends), *ways)


def _other(
    gates: Gates, people: AnswerVariables, library: ContentBundle, steps: Mapping[tuple[str, str, str], Lit]
) -> dict[tuple[str, str], Lit]:
    """What the other would say: the same, but for the one answer."""
    says = {}
    for at, options in offered([library]).items():
        for option in options:
            left = [-step for (where, mild, _), step in steps.items() if (where, mild) == (at, option)]
            come = [step for (where, _, worse), step in steps.items() if (where, worse) == (at, option)]
            says[at, option] = gates.any_of([gates.all_of([people.says[at, option], *left]), *come])
    return says


def _same_way(
    mild: EndingsFormula,
    worse: EndingsFormula,
    at: str,
    options: frozenset[str],
    steps: Mapping[tuple[str, str, str], Lit],
) -> Lit:
    """Both take a way of its own at a question, or neither does; but for the question in which they differ."""
    gates = mild.gates
    one, other = (gates.any_of([side.said(at, option) for option in sorted(options)]) for side in (mild, worse))
    here = gates.any_of([step for (where, _, _), step in steps.items() if where == at])
    return gates.any_of([here, gates.all_of([one, other]), gates.all_of([-one, -other])])


def ends_lower(old: ContentBundle, new: ContentBundle, ways_in: Iterable[str] = ()) -> dict[str, str] | None:
    """What somebody would say who ends lower in *new* than in *old*, and for "" the way in; None if nobody does."""
    gates = Gates()
    people = AnswerVariables.of(gates, old, new, ways_in=ways_in)
    before, after = (EndingsFormula(UnrolledFlows(library, people)) for library in (old, new))
    if not gates.possible(after.lower(before)):
        return None
    holds = gates.model()
    says = {at: option for (at, option), lit in people.says.items() if lit in holds}
    return {"": next(way for way, lit in people.ways.items() if lit in holds), **says}
