"""Every conversation of a small flow, one by one, and every promise looked at in each: the slow way to a verdict.

Written apart from the prover, as simply as can be, on nothing but `bot.engine.interpreter`: what this says is what people meet.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product

from bot.engine.interpreter import Stuck, walk
from bot.model.bundle import BASE, Library
from bot.model.content import RedFlag
from bot.model.flow import PRIVATE, UNSURE, Question
from bot.model.guards import AtLeast, Is, Not, Reached, When, atoms, questions
from bot.model.promises import Bound, Never
from bot.model.urgency import EMERGENCY, LOWEST, Floor, Urgency
from tests.support.tracing_interpreter import Noted, Watched

Said = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Run:
    """A whole conversation. Without an outcome it got stuck. *stood* has what stood after each answer."""

    way_in: str
    said: Said
    outcome: str = ""
    floor: Floor = LOWEST
    stood: tuple[tuple[str, Floor], ...] = ()  # the outcome or "", and the floor
    pages: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()


class BruteForce:
    def __init__(self, library: Library) -> None:
        self.library = library
        self.shown: set[str] = set()
        self.noted = Noted()
        self.asked: set[str] = set()
        self.runs = [run for way_in in dict.fromkeys(library.entrances) for run in self._from(way_in, (), ())]

    def _from(self, way_in: str, said: Said, stood: tuple[tuple[str, Floor], ...]) -> Iterator[Run]:
        walker = Watched(self.library, BASE)
        walker.noted = self.noted
        try:
            walker.enter(way_in)
            words = [*walker.spoken]
            for _, option in said:
                walker.take(option)
                words += walker.spoken
        except (Stuck, IndexError):
            yield Run(way_in, said)
            return
        stood += ((walker.at if walker.outcome else "", walker.floor),)
        if walker.question and walker.at in walker.answers:
            yield Run(way_in, said)  # `walk` would stop here for good
            return
        self.shown.add(walker.at)
        if not walker.question:
            assert walk(self.library, way_in, dict(said)).at == walker.at
            yield Run(way_in, said, walker.at, walker.floor, stood[1:], frozenset(walker.learned), tuple(words))
            return
        self.asked.add(walker.at)
        for option in walker.question.options:
            yield from self._from(way_in, (*said, (walker.at, option.id)), stood)

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
            flow.at(name) for flow in self.library.flows[BASE].values() for name, state in flow.states.items()
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
            for flow in (self.library.flow(name) for name in self.library.entrances)
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
                first = ("", LOWEST) if run.said else (run.outcome, run.floor)
                outcome, floor = run.stood[count - 1] if count else first
                helped = floor == EMERGENCY and outcome if flag.needs is Urgency.EMERGENCY else True
                if not helped or run.floor.urgency < flag.needs:
                    return True
        return False

    def unasked(self, flag: RedFlag) -> bool:
        """Whether an ending is too low while the flag is open."""
        for run in self.runs:
            answers = dict(run.said)
            low = run.floor.urgency < flag.needs and not up(flag, answers)
            if low and any(up(flag, answers | more) for more in self._completions(flag, answers)):
                excuses = [e for e in self.library.promises.excuses if e.covers(flag.id)]
                said = [e for e in excuses if e.when.holds(answers, LOWEST)]
                if not any(e.shows_signs or run.floor.urgency >= Urgency.SAME_DAY for e in said):
                    return True
        return False

    def _completions(self, flag: RedFlag, answers: dict[str, str]) -> Iterator[dict[str, str]]:
        """Every way to answer what the flag asks and was not asked."""
        asked = questions(flag.when) | (questions(flag.unless) if flag.unless else frozenset())
        open_ = sorted(asked - answers.keys())
        for options in product(*([None, *(option.id for option in self.question(at).options)] for at in open_)):
            yield {at: option for at, option in zip(open_, options, strict=True) if option}

    def never(self, promise: Never) -> bool:
        wrong = [run for run in self.runs if run.floor.urgency in promise.urgencies or run.floor < promise.least]
        return any(promise.when.holds(dict(run.said), LOWEST) for run in wrong)

    def unsure(self, at: str, option: str) -> bool:
        wanted = max(self.library.promises.unsure.least(at, option), Floor(Urgency.ROUTINE))
        return any(run.floor < wanted for run in self.runs if (at, option) in run.said)

    def two_unsure(self) -> bool:
        wanted = self.library.promises.unsure.two
        for run in self.runs:
            doubts = [at for at, option in run.said if option == UNSURE and self.question(at).safety]
            if len(doubts) > 1 and run.floor < wanted:
                return True
        return False

    def unordered(self, at: str) -> bool:
        soon = Floor(Urgency.SOON, 14)
        return any(run.floor < soon for run in self.runs if (at, UNSURE) in run.said)

    def longest(self, bound: Bound) -> int:
        def fits(run: Run) -> bool:
            return not any(o in bound.without or o not in bound.given.get(at, {o}) for at, o in run.said)

        roots = [way for way in dict.fromkeys(self.library.entrances) if bound.given.keys() <= self._askable(way)]
        lengths = [self._count(bound, run) for run in self.runs if run.way_in in roots and fits(run)]
        return max(lengths, default=-1)

    def _askable(self, way_in: str) -> set[str]:
        return {at for run in self.runs if run.way_in == way_in for at, _ in run.said}

    def _count(self, bound: Bound, run: Run) -> int:
        return sum(bound.counts == "questions" or self.question(at).safety for at, _ in run.said)

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
        return {way: {run.said: run for run in self.runs if run.way_in == way} for way in self.library.entrances}

    def worse_ends_lower(self) -> set[tuple[str, str]]:
        """Each question's option that ends lower than the milder one before it, for some person."""
        own = {way.question: way.options for way in self.library.promises.own_ways}
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


def by_floor(when: When) -> bool:
    """Whether a guard looks at the floor: the prover weighs such rules for pages less often than a walk does."""
    return any(isinstance(atom, Reached) for atom in atoms(when))


def prefixes(run: Run) -> Iterator[dict[str, str]]:
    return (dict(run.said[:count]) for count in range(len(run.said) + 1))


def up(flag: RedFlag, answers: dict[str, str]) -> bool:
    return flag.when.holds(answers, LOWEST) and not (flag.unless and flag.unless.holds(answers, LOWEST))


def ranks(question: Question, own: frozenset[str]) -> list[tuple[str, str]]:
    """(milder, worse), as the list has them."""
    if question.unordered:
        return []
    options = [option.id for option in question.options]
    ranked = [option for option in options if option != PRIVATE]
    pairs = []
    for side in ([o for o in ranked if o in own], [o for o in ranked if o not in own]):
        pairs += pairwise(side)
        if side and PRIVATE in options and (PRIVATE in own) == (side[0] in own):
            pairs.append((side[0], PRIVATE))
    return pairs


def ways(run: Run, own: dict[str, frozenset[str]]) -> set[str]:
    """The questions at which a conversation took a way of its own."""
    return {at for at, option in run.said if option in own.get(at, frozenset())}


def always(*parts: When) -> When:
    return AtLeast(len(parts), parts)


__all__ = ["BruteForce", "Is", "Not", "Run", "always", "ranks", "up", "ways"]
