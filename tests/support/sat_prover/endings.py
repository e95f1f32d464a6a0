"""What everybody's conversation comes to in the end, and what is known of them by then and on the way there."""

from collections.abc import Iterator
from functools import cached_property

from bot.model.content import RedFlag
from bot.model.flow import Outcome, Question
from bot.model.guards import AnswerIs, AtLeast, Guard, Not, UrgencyIs, guard_questions
from bot.model.urgency import Floor, Urgency
from tests.support.sat_prover.gates import FALSE, Lit
from tests.support.sat_prover.unrolled_flows import LEVELS, Height, Node, UnrolledFlows, least

ALL = -1  # as a mask: every node there is


class EndingsFormula:
    """A library walked to the end."""

    def __init__(self, walked: UnrolledFlows) -> None:
        self.walked, self.gates = walked, walked.gates
        self.skips: dict[str, Lit] = {}  # that somebody would not answer a question that was never asked
        self._ups: dict[object, Lit] = {}

    @cached_property
    def outcomes(self) -> list[tuple[Node, Outcome]]:
        pairs = ((node, self.walked.state(node)) for node in self.walked.order)
        return [(node, state) for node, state in pairs if isinstance(state, Outcome)]

    @cached_property
    def asking(self) -> list[tuple[int, Node, str]]:
        """Every node that asks, with its number and what it asks."""
        numbered = enumerate(self.walked.order)
        return [(n, node, ".".join(node.stack[-1])) for n, node in numbered if isinstance(self.state(node), Question)]

    def state(self, node: Node) -> object:
        return self.walked.state(node)

    @cached_property
    def floor(self) -> Height:
        """How high the floor is at the ending."""
        gates = self.gates
        return tuple(
            gates.any_of([gates.all_of([node.applies, node.floor[i]]) for node, _ in self.outcomes])
            for i in range(len(LEVELS))
        )

    def lower_than(self, floor: Floor) -> Lit:
        return -self.floor[LEVELS.index(floor)] if floor in LEVELS else FALSE

    def asked(self, at: str) -> Lit:
        return self.walked.asked(at, ALL)

    def said(self, at: str, option: str) -> Lit:
        return self.gates.all_of([self.asked(at), self.walked.say(at, frozenset({option}))])

    def holds(self, when: Guard) -> Lit:
        return self.walked.holds(when, ALL)

    # ---- red flags

    def up(self, flag: RedFlag, before: int) -> Lit:
        """That *flag* is up after the nodes *before*, and nothing lifts it."""
        need = needed(flag)
        key = flag.id, tuple(self.walked.asks.get(at, 0) & before for at in sorted(guard_questions(need)))
        if key not in self._ups:
            self._ups[key] = self.walked.holds(need, before)
        return self._ups[key]

    def ever_up(self, flag: RedFlag) -> Lit:
        return self.gates.any_of([*self._up_while_asked(flag), self.up(flag, ALL)])

    def _up_while_asked(self, flag: RedFlag) -> Iterator[Lit]:
        """For each question that it is asked while *flag* is up."""
        return (self.gates.all_of([node.applies, self.up(flag, node.before)]) for _, node, _ in self.asking)

    def red_flag(self, flag: RedFlag) -> Lit:
        """*flag* is up, and something is asked all the same; or the ending is lower than it needs."""
        low = -least(self.floor, flag.required_urgency)
        if flag.required_urgency is Urgency.EMERGENCY:
            return self.gates.any_of([*self._up_while_asked(flag), self.gates.all_of([self.up(flag, ALL), low])])
        return self.gates.all_of([self.ever_up(flag), low])

    def unasked(self, flag: RedFlag) -> Lit:
        """The ending is too low, and *flag* might be up for somebody who answers what was not asked."""
        excuses = [excuse for excuse in self.walked.library.promises.exemptions if excuse.covers(flag.id)]
        signs = [self.holds(excuse.when) for excuse in excuses if excuse.shows_warning_signs]
        seen = self.gates.any_of([self.holds(excuse.when) for excuse in excuses if not excuse.shows_warning_signs])
        seen_today = self.gates.all_of([seen, least(self.floor, Urgency.SAME_DAY)])
        low = -least(self.floor, flag.required_urgency)
        not_excused = [-lit for lit in (*signs, seen_today)]
        return self.gates.all_of([low, -self.up(flag, ALL), self._might(needed(flag)), *not_excused])

    def _might(self, when: Guard) -> Lit:
        """*when*, for somebody who was asked everything, and answered or did not."""
        match when:
            case AnswerIs(question, options):
                if question not in self.skips:
                    self.skips[question] = self.gates.new()
                heard = self.gates.any_of([self.asked(question), -self.skips[question]])
                return self.gates.all_of([heard, self.walked.say(question, options)])
            case Not(part):
                return -self._might(part)
            case AtLeast(count, parts):
                return self.gates.at_least(count, [self._might(part) for part in parts])
            case UrgencyIs():
                raise ValueError("a red flag looks at answers alone")

    # ---- two conversations

    def lower(self, other: "EndingsFormula") -> Lit:
        """That this one ends lower than *other*."""
        pairs = zip(self.floor, other.floor, strict=True)
        return self.gates.any_of([self.gates.all_of([-mine, theirs]) for mine, theirs in pairs])


def needed(flag: RedFlag) -> Guard:
    return AtLeast(2, (flag.when, Not(flag.unless))) if flag.unless else flag.when
