"""Formulas: what is left of a guard (its residual) when some answers are known; each is stored once, under a number."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from bot.model.guards import AtLeast, Is, Not, Reached, When
from bot.model.urgency import Urgency

NO, YES = 0, 1
FLOOR = 1  # the bit of a formula that depends on the floor; every question has a bit of its own above it


class _Is(NamedTuple):
    """The atom that the question of *bit* was answered with one of *options*."""

    bit: int
    options: frozenset[str]


class _Reached(NamedTuple):
    """The atom that the floor has one of *urgencies*."""

    urgencies: frozenset[Urgency]


class _Not(NamedTuple):
    """The negation of a formula."""

    part: int


class _Least(NamedTuple):
    """The formula that at least so many of *parts* hold."""

    least: int
    parts: tuple[int, ...]


_Node = _Is | _Reached | _Not | _Least
_Leaf = Callable[[_Is | _Reached], int]


class Formulas:
    """A table of formulas. Equal numbers are equal formulas, and sets of questions are plain ints.

    Three things become known in a conversation: an answer, that a question will never be asked (then it stays
    unanswered, and an atom about it is false), and that the floor has risen."""

    def __init__(self) -> None:
        self.masks: list[int] = [0, 0]  # what each formula depends on
        self._nodes: list[_Node | None] = [None, None]
        self._ids: dict[_Node, int] = {}
        self._bits: dict[str, int] = {}
        self._known: dict[tuple[int, object, object], int] = {}

    # ---- questions as bits

    def bit(self, question: str) -> int:
        """Return the bit of a question (`flow.state`)."""
        return self._bits.setdefault(question, FLOOR << (len(self._bits) + 1))

    def bits(self, questions: Iterable[str]) -> int:
        """Return the bits of some questions as one mask."""
        mask = 0
        for question in questions:
            mask |= self.bit(question)
        return mask

    def questions(self, f: int) -> Iterator[str]:
        """Return the questions that *formula* still depends on."""
        return (name for name, bit in self._bits.items() if self.masks[f] & bit)

    # ---- building

    def of(self, when: When) -> int:
        """Return the number of the formula for *guard*."""
        match when:
            case Is(question, options):
                return self.is_(question, options)
            case Reached(urgencies):
                return self._atom(_Reached(urgencies))
            case Not(part):
                return self.negated(self.of(part))
            case AtLeast(count, parts):
                return self.at_least(count, [self.of(part) for part in parts])

    def is_(self, question: str, options: Iterable[str]) -> int:
        """Return the formula that *question* was answered with one of *options*."""
        return self._atom(_Is(self.bit(question), frozenset(options)))

    def _atom(self, atom: _Is | _Reached) -> int:
        """Return the number of an atom; FALSE or TRUE where it never or always holds."""
        match atom:
            case _Is(bit, options):
                return self._keep(atom, bit) if options else NO
            case _Reached(urgencies):
                whole = len(urgencies) == len(Urgency)
                return NO if not urgencies else YES if whole else self._keep(atom, FLOOR)

    def negated(self, f: int) -> int:
        """Return the negation of *formula*."""
        if f <= YES:
            return YES - f
        node = self._nodes[f]
        return node.part if isinstance(node, _Not) else self._keep(_Not(f), self.masks[f])

    def any_of(self, *parts: int) -> int:
        """Return the formula that one of *parts* holds."""
        return self.at_least(1, parts)

    def all_of(self, *parts: int) -> int:
        """Return the formula that all of *parts* hold."""
        return self.at_least(len(parts), parts)

    def at_least(self, count: int, parts: Iterable[int]) -> int:
        """Return the formula that at least *count* of *parts* hold.

        Parts that are known are counted away; "any of" and "all of" are brought to one shape, so that they merge."""
        left: list[int] = []
        for part in parts:
            if part == YES:
                count -= 1
            elif part:
                left.append(part)
        if count <= 0 or count > len(left):
            return YES if count <= 0 else NO
        if count == 1:
            left = self._gathered(left, any_=True)
        elif count == len(left):
            left = self._gathered(left, any_=False)
            if NO in left:
                return NO
            count = len(left)
        if len(left) == 1:
            return left[0]
        mask = 0
        for part in left:
            mask |= self.masks[part]
        return self._keep(_Least(count, tuple(sorted(left))), mask)

    def _gathered(self, parts: list[int], any_: bool) -> list[int]:
        """Return *parts* with nested parts laid flat, and atoms about one question put together."""
        flat: dict[int, None] = {}
        for part in parts:
            match self._nodes[part]:
                case _Least(count, inner) if count == (1 if any_ else len(inner)):
                    flat.update(dict.fromkeys(inner))
                case _:
                    flat[part] = None
        told: dict[int, frozenset[str]] = {}
        rest: list[int] = []
        for part in flat:
            match self._nodes[part]:
                case _Is(bit, options):
                    before = told.get(bit, options)
                    told[bit] = before | options if any_ else before & options
                case _:
                    rest.append(part)
        return rest + [self._atom(_Is(bit, options)) for bit, options in told.items()]

    def _keep(self, node: _Node, mask: int) -> int:
        """Return the number of *node*; a new one is stored with its mask."""
        if node not in self._ids:
            self._ids[node] = len(self._nodes)
            self._nodes.append(node)
            self.masks.append(mask)
        return self._ids[node]

    # ---- becoming known

    def answered(self, f: int, bit: int, option: str) -> int:
        """Return the residual of *formula* once the question of *bit* has been answered with *option*."""
        if not self.masks[f] & bit:
            return f
        if (known := self._known.get((f, bit, option))) is not None:
            return known

        def leaf(atom: _Is | _Reached) -> int:
            """Return whether *option* is among those of the atom."""
            return YES if isinstance(atom, _Is) and option in atom.options else NO

        return self._rebuilt(f, bit, option, leaf)

    def settled(self, f: int, ahead: int, floor: int) -> int:
        """Return the residual of *formula* where only the questions of *ahead* can still be asked.

        The floor's urgency is *urgency* or higher."""
        mask = self.masks[f] & ~ahead
        if not mask:
            return f
        if (known := self._known.get((f, mask, floor))) is not None:
            return known

        def leaf(atom: _Is | _Reached) -> int:
            """Return FALSE for a question, and what is left of an urgency once the floor has risen."""
            if isinstance(atom, _Is):
                return NO
            risen = frozenset(u for u in atom.urgencies if u >= floor)
            return YES if len(risen) == len(Urgency) + 1 - floor else self._atom(_Reached(risen))

        return self._rebuilt(f, mask, floor, leaf)

    def now(self, f: int, floor: int) -> bool:
        """Return whether *formula* holds at this moment: a question without an answer is none of its options."""
        if f <= YES:
            return f == YES
        if (known := self._known.get((f, -1, floor))) is not None:
            return known == YES

        def leaf(atom: _Is | _Reached) -> int:
            """Return TRUE only for an atom about the present floor."""
            return YES if isinstance(atom, _Reached) and floor in atom.urgencies else NO

        return self._rebuilt(f, -1, floor, leaf) == YES

    def _rebuilt(self, f: int, mask: int, key: object, leaf: _Leaf) -> int:
        """Return *formula* with *replacement* in place of each atom that *mask* covers; *key* is its cache key."""
        if not self.masks[f] & mask:
            return f
        if (known := self._known.get((f, mask, key))) is not None:
            return known
        match self._nodes[f]:
            case _Not(part):
                built = self.negated(self._rebuilt(part, mask, key, leaf))
            case _Least(count, parts):
                built = self.at_least(count, [self._rebuilt(part, mask, key, leaf) for part in parts])
            case _Is() | _Reached() as atom:
                built = leaf(atom)
            case None:
                built = f
        self._known[f, mask, key] = built
        return built
