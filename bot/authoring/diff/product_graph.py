"""The product graph of two versions: both run at once for the same person, with the same answer to the same question.

A pair of nodes stands for all people who are at both, so that all conversations are covered, and none is sampled.
Where one version asks something earlier than the other, the answer is remembered until the other asks it, too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.authoring.diff.version_graph import Side, Spot
from bot.model.flow import UNSURE
from bot.proof.state_space.pages import NOTHING, Pages

MOST_PAIRS = 400_000
Said = tuple[tuple[str, str], ...]  # question and option: answered in one version, and the other may still ask


class TooMany(Exception):
    """The budget of pairs was exceeded: the versions differ too much to be compared whole."""


@dataclass(frozen=True, slots=True)
class Step:
    """An edge of the product graph: an answer, the pair it leads to, and the pages that each version gives for it."""

    question: str
    option: str
    target: int
    old: Pages = NOTHING
    new: Pages = NOTHING
    again: bool = False  # the other version asked it before, and gets the same answer


@dataclass(frozen=True, slots=True)
class Pair:
    """A state of the product graph: a node of each version, and the answers that one of them has still to ask for."""

    old: int
    new: int
    said: Said = ()


@dataclass(slots=True)
class Lockstep:
    """All pairs that two versions can reach together, with the *edges* of each; none where both have ended.

    `endings_first` returns their order.
    """

    old: Side
    new: Side
    most: int = MOST_PAIRS
    pairs: list[Pair] = field(default_factory=list)
    steps: list[tuple[Step, ...]] = field(default_factory=list)
    roots: dict[str, int] = field(default_factory=dict)
    _numbers: dict[Pair, int] = field(default_factory=dict)

    def walk(self) -> "Lockstep":
        """Build all pairs and edges from every way in that both versions have, and return the graph."""
        for flow in self.old.roots.keys() & self.new.roots.keys():
            self.roots[flow] = self._number(Pair(self.old.roots[flow], self.new.roots[flow]))
        number = 0
        while number < len(self.pairs):
            self.steps[number] = tuple(self._steps(self.pairs[number]))
            number += 1
        return self

    def heights(self, number: int) -> tuple[int, int]:
        """Return the ranks of both endings at a pair of endings."""
        pair = self.pairs[number]
        return self.old.spots[pair.old].height, self.new.spots[pair.new].height

    def order(self) -> list[int]:
        """Return every pair after all the pairs it leads to."""
        done: set[int] = set()
        found: list[int] = []
        for root in self.roots.values():
            stack = [(root, iter(self.steps[root]))]
            while stack:
                number, steps = stack[-1]
                if (step := next((s for s in steps if s.target not in done), None)) is not None:
                    stack.append((step.target, iter(self.steps[step.target])))
                else:
                    stack.pop()
                    if number not in done:
                        done.add(number)
                        found.append(number)
        return found

    def _number(self, pair: Pair) -> int:
        """Return the number of a pair, and add the pair when it is new."""
        if pair not in self._numbers:
            if len(self.pairs) >= self.most:
                raise TooMany
            self._numbers[pair] = len(self.pairs)
            self.pairs.append(pair)
            self.steps.append(())
        return self._numbers[pair]

    # ---- one step

    def _steps(self, pair: Pair) -> Iterator[Step]:
        """Yield the edges from a pair."""
        old, new = self.old.spots[pair.old], self.new.spots[pair.new]
        said = dict(pair.said)
        if old.asks and old.asks == new.asks:
            for answer in _answers(old, new):
                yield self._step(pair, old.asks, answer, (old, new))
        elif old.asks and (old.asks in said or not self._new_first(pair, old, new, said)):
            yield from self._alone(pair, old, said, ahead=self.new.ahead[pair.new], is_old=True)
        elif new.asks:
            yield from self._alone(pair, new, said, ahead=self.old.ahead[pair.old], is_old=False)

    def _new_first(self, pair: Pair, old: Spot, new: Spot, said: dict[str, str]) -> bool:
        """Whether the new version moves on while the old one waits.

        The choice decides only how much must be remembered: so nothing, if possible; else the question that was moved
        further, and not all that it was moved past.
        """
        if not new.asks or new.asks in said:
            return bool(new.asks)
        if old.asks not in self.new.ahead[pair.new] or new.asks not in self.old.ahead[pair.old]:
            return new.asks not in self.old.ahead[pair.old] and old.asks in self.new.ahead[pair.new]
        old_waits = self.old.depth[new.asks] - self.old.depth[old.asks]
        return old_waits > self.new.depth[old.asks] - self.new.depth[new.asks]

    def _alone(
        self, pair: Pair, spot: Spot, said: dict[str, str], ahead: frozenset[str], is_old: bool
    ) -> Iterator[Step]:
        """Yield the edges where one version asks and the other waits.

        *ahead* are the questions that the other may still ask.
        """
        waits: Mapping[str, str] = {}
        if spot.asks in said:
            answers: tuple[str, ...] = (said[spot.asks],)
        else:
            waits = (self.new if is_old else self.old).alike(spot.asks) if spot.asks in ahead else {}
            answers = tuple(dict.fromkeys((*spot.options, *waits)))
        for answer in answers:
            both = (spot, None) if is_old else (None, spot)
            again = spot.asks in said
            keep = waits.get(answer, UNSURE) if spot.asks in ahead and not again else ""
            yield self._step(pair, spot.asks, answer, both, keep, again)

    def _step(
        self,
        pair: Pair,
        question: str,
        answer: str,
        both: tuple[Spot | None, Spot | None],
        keep: str = "",
        again: bool = False,
    ) -> Step:
        """Return the edge for one answer.

        *remembered* is the option to remember for the version that waits; empty for none.
        """
        old, new = both
        i, gave = _taken(old, answer, pair.old)
        j, gives = _taken(new, answer, pair.new)
        said = {at: option for at, option in pair.said if at != question}
        if keep:
            said[question] = keep
        still = self.old.ahead[i] | self.new.ahead[j]
        kept = tuple(sorted((at, option) for at, option in said.items() if at in still))
        return Step(question, answer, self._number(Pair(i, j, kept)), gave, gives, again)


def _taken(spot: Spot | None, answer: str, waits: int) -> tuple[int, Pages]:
    """Return where a version goes with *answer*, and the pages it gives.

    A version that did not ask stays at *waiting_at*. An answer that a version does not offer counts there as
    "not sure", which every question has.
    """
    if spot is None:
        return waits, NOTHING
    number = spot.option(answer, UNSURE)
    return spot.next[number], spot.gives[number]


def _answers(old: Spot, new: Spot) -> tuple[str, ...]:
    """Return the options of both versions, those of the new one first."""
    return tuple(dict.fromkeys((*new.options, *old.options)))
