"""Every conversation of a small flow, one by one, and every promise looked at in each: the slow way to a verdict.

Written apart from the prover, as simply as can be, on nothing but `bot.engine.interpreter`: what this says is what
people meet.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product

from bot.engine.interpreter import NoTransitionError, replay
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.content import RedFlag
from bot.model.flow import NOT_SURE, PREFER_NOT_TO_SAY, Question
from bot.model.guards import AnswerIs, AtLeast, Guard, Not, UrgencyIs, atoms, guard_questions
from bot.model.promises import ForbiddenEnding, LengthBound
from bot.model.urgency import EMERGENCY_FLOOR, LOWEST_FLOOR, Floor, Urgency
from tests.support.tracing_interpreter import TracingInterpreter, UsageTrace

Said = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Run:
    """A whole conversation. Without an outcome it got stuck. *stood* has what stood after each answer."""

    way_in: str
    said: Said
    outcome: str = ""
    floor: Floor = LOWEST_FLOOR
    stood: tuple[tuple[str, Floor], ...] = ()  # the outcome or "", and the floor
    pages: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()


class BruteForce:
    def __init__(self, library: ContentBundle) -> None:
        self.library = library
        self.shown: set[str] = set()
        self.noted = UsageTrace()
        self.asked: set[str] = set()
        self.runs = [run for way_in in dict.fromkeys(library.entry_flows) for run in self._from(way_in, (), ())]

    def _from(self, way_in: str, said: Said, stood: tuple[tuple[str, Floor], ...]) -> Iterator[Run]:
        walker = TracingInterpreter(self.library, BASE_LANGUAGE)
        walker.noted = self.noted
        try:
            walker.start(way_in)
            words = [*walker.texts_since_answer]
            for _, option in said:
                walker.answer(option)
                words += walker.texts_since_answer
        except (NoTransitionError, IndexError):
            yield Run(way_in, said)
            return
        stood += ((walker.state_id if walker.outcome else "", walker.floor),)
        if walker.question and walker.state_id in walker.answers:
            yield Run(way_in, said)  # `walk` would stop here for good
            return
        self.shown.add(walker.state_id)
        if not walker.question:
            assert replay(self.library, way_in, dict(said)).state_id == walker.state_id
            yield Run(
                way_in, said, walker.state_id, walker.floor, stood[1:], frozenset(walker.collected_pages), tuple(words)
            )
            return
        self.asked.add(walker.state_id)
        for option in walker.question.options:
            yield from self._from(way_in, (*said, (walker.state_id, option.id)), stood)

    def question(self, at: str) -> Question:
        flow, _, name = at.partition(".")
        question = self.library.flow(flow).states[name]
        assert isinstance(question, Question)
        return question

    # ---- what the prover is asked, too

    @property
    def stuck(self) -> bool:
        return any(not run.outcome for run in self.runs)

    def unseen(self) -> set[str]:
        """Questions and outcomes that no conversation shows."""
        every = {
            flow.full_name(name)
            for flow in self.library.flows[BASE_LANGUAGE].values()
            for name, state in flow.states.items()
            if hasattr(state, "options") or hasattr(state, "safety_net")
        }  # fmt: skip
        return every - self.shown

    def idle_rules(self) -> set[tuple[str, int, str]]:
        """What rules never do."""
        return self.effects() - self.noted.rules

    def effects(self) -> set[tuple[str, int, str]]:
        """What rules can do: those of the flow that everybody begins with."""
        return {
            (flow.name, number, word)
            for flow in (self.library.flow(name) for name in self.library.entry_flows)
            for number, rule in enumerate(flow.rules)
            for word, there in (
                ("goto", rule.goto),
                ("at_least", rule.effect.at_least),
                ("page or advice", rule.effect.learn and not by_floor(rule.when)),
            )
            if there
        }

    def idle_options(self) -> set[tuple[str, str]]:
        """The options of questions that are asked whose own arrow is never taken."""
        every = {(at, option.id) for at in self.asked for option in self.question(at).options}
        return every - self.noted.options

    def vacuous(self, flag: RedFlag) -> bool:
        return not any(up(flag, answers) for run in self.runs for answers in prefixes(run))

    def red_flag(self, flag: RedFlag) -> bool:
        """Whether the flag goes up somewhere without help."""
        for run in self.runs:
            for count, answers in enumerate(prefixes(run)):
                if not up(flag, answers):
                    continue
                first = ("", LOWEST_FLOOR) if run.said else (run.outcome, run.floor)
                outcome, floor = run.stood[count - 1] if count else first
                helped = floor == EMERGENCY_FLOOR and outcome if flag.required_urgency is Urgency.EMERGENCY else True
                if not helped or run.floor.urgency < flag.required_urgency:
                    return True
        return False

    def unasked(self, flag: RedFlag) -> bool:
        """Whether an ending is too low while the flag is open."""
        for run in self.runs:
            answers = dict(run.said)
            low = run.floor.urgency < flag.required_urgency and not up(flag, answers)
            if low and any(up(flag, answers | more) for more in self._completions(flag, answers)):
                excuses = [e for e in self.library.promises.exemptions if e.covers(flag.id)]
                said = [e for e in excuses if e.when.holds(answers, LOWEST_FLOOR)]
                if not any(e.shows_warning_signs or run.floor.urgency >= Urgency.SAME_DAY for e in said):
                    return True
        return False

    def _completions(self, flag: RedFlag, answers: dict[str, str]) -> Iterator[dict[str, str]]:
        """Every way to answer what the flag asks and was not asked."""
        asked = guard_questions(flag.when) | (guard_questions(flag.unless) if flag.unless else frozenset())
        open_ = sorted(asked - answers.keys())
        for options in product(*([None, *(option.id for option in self.question(at).options)] for at in open_)):
            yield {at: option for at, option in zip(open_, options, strict=True) if option}

    def never(self, promise: ForbiddenEnding) -> bool:
        wrong = [run for run in self.runs if run.floor.urgency in promise.urgencies or run.floor < promise.lowest_floor]
        return any(promise.when.holds(dict(run.said), LOWEST_FLOOR) for run in wrong)

    def unsure(self, at: str, option: str) -> bool:
        wanted = max(self.library.promises.uncertainty_floors.lowest_floor(at, option), Floor(Urgency.ROUTINE))
        return any(run.floor < wanted for run in self.runs if (at, option) in run.said)

    def two_unsure(self) -> bool:
        wanted = self.library.promises.uncertainty_floors.two_unsure_floor
        for run in self.runs:
            doubts = [at for at, option in run.said if option == NOT_SURE and self.question(at).safety]
            if len(doubts) > 1 and run.floor < wanted:
                return True
        return False

    def unordered(self, at: str) -> bool:
        soon = Floor(Urgency.SOON, 14)
        return any(run.floor < soon for run in self.runs if (at, NOT_SURE) in run.said)

    def longest(self, bound: LengthBound) -> int:
        def fits(run: Run) -> bool:
            return not any(
                o in bound.excluded_options or o not in bound.given_answers.get(at, {o}) for at, o in run.said
            )

        roots = [
            way for way in dict.fromkeys(self.library.entry_flows) if bound.given_answers.keys() <= self._askable(way)
        ]
        lengths = [self._count(bound, run) for run in self.runs if run.way_in in roots and fits(run)]
        return max(lengths, default=-1)

    def _askable(self, way_in: str) -> set[str]:
        return {at for run in self.runs if run.way_in == way_in for at, _ in run.said}

    def _count(self, bound: LengthBound, run: Run) -> int:
        return sum(bound.counted_questions == "questions" or self.question(at).safety for at, _ in run.said)

    def idle(self) -> set[str]:
        """The questions that are asked somewhere though every answer leads to just the same."""
        futures: dict[tuple[str, Said, str], dict[str, set[object]]] = {}
        for run in self.runs:
            for count, (at, option) in enumerate(run.said):
                rest = run.said[count + 1 :], run.outcome, run.floor, run.pages, run.words
                futures.setdefault((run.way_in, run.said[:count], at), {}).setdefault(option, set()).add(rest)
        return {at for (*_, at), options in futures.items() if len(set(map(frozenset, options.values()))) == 1}

    # ---- replacing one answer by a worse one

    @cached_property
    def _trees(self) -> dict[str, dict[Said, Run]]:
        return {way: {run.said: run for run in self.runs if run.way_in == way} for way in self.library.entry_flows}

    def worse_ends_lower(self) -> set[tuple[str, str]]:
        """Each question's option that ends lower than the milder one before it, for some person."""
        own = {way.question: way.options for way in self.library.promises.separate_paths}
        found = set()
        for tree in self._trees.values():
            asked = sorted({at for said in tree for at, _ in said})
            choices = [[option.id for option in self.question(at).options] for at in asked]
            for profile in (dict(zip(asked, options, strict=True)) for options in product(*choices)):
                one = self._run(tree, profile)
                for at, option in one.said:
                    for mild, worse in ranks(self.question(at), own.get(at, frozenset())):
                        other = self._run(tree, profile | {at: worse}) if option == mild else one
                        if other.floor < one.floor and ways(one, own) - {at} == ways(other, own) - {at}:
                            found.add((at, mild))
        return found

    def _run(self, tree: dict[Said, Run], profile: dict[str, str]) -> Run:
        """What somebody comes to who would answer as *profile* says."""
        said: Said = ()
        while said not in tree:
            at = self._next[said]
            said = (*said, (at, profile[at]))
        return tree[said]

    @cached_property
    def _next(self) -> dict[Said, str]:
        return {run.said[:count]: run.said[count][0] for run in self.runs for count in range(len(run.said))}


def by_floor(when: Guard) -> bool:
    """Whether a guard looks at the floor: the prover weighs such rules for pages less often than a walk does."""
    return any(isinstance(atom, UrgencyIs) for atom in atoms(when))


def prefixes(run: Run) -> Iterator[dict[str, str]]:
    return (dict(run.said[:count]) for count in range(len(run.said) + 1))


def up(flag: RedFlag, answers: dict[str, str]) -> bool:
    return flag.when.holds(answers, LOWEST_FLOOR) and not (flag.unless and flag.unless.holds(answers, LOWEST_FLOOR))


def ranks(question: Question, own: frozenset[str]) -> list[tuple[str, str]]:
    """(milder, worse), as the list has them."""
    if question.unordered:
        return []
    options = [option.id for option in question.options]
    ranked = [option for option in options if option != PREFER_NOT_TO_SAY]
    pairs = []
    for side in ([o for o in ranked if o in own], [o for o in ranked if o not in own]):
        pairs += pairwise(side)
        if side and PREFER_NOT_TO_SAY in options and (PREFER_NOT_TO_SAY in own) == (side[0] in own):
            pairs.append((side[0], PREFER_NOT_TO_SAY))
    return pairs


def ways(run: Run, own: dict[str, frozenset[str]]) -> set[str]:
    """The questions at which a conversation took a way of its own."""
    return {at for at, option in run.said if option in own.get(at, frozenset())}


def always(*parts: Guard) -> Guard:
    return AtLeast(len(parts), parts)


__all__ = ["AnswerIs", "BruteForce", "Not", "Run", "always", "ranks", "up", "ways"]
