"""Formulas: what is left of a guard (its residual) when some answers are known; each is stored once, under a number."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from bot.model.guards import AnswerIs, AtLeast, Guard, Not, UrgencyIs
from bot.model.urgency import Urgency

FALSE, TRUE = 0, 1
FLOOR_BIT = 1  # the bit of a formula that depends on the floor; every question has a bit of its own above it


class _AnswerIs(NamedTuple):
    """The atom that the question of *bit* was answered with one of *options*."""

    bit: int
    options: frozenset[str]


class _UrgencyIs(NamedTuple):
    """The atom that the floor has one of *urgencies*."""

    urgencies: frozenset[Urgency]


class _Not(NamedTuple):
    """The negation of a formula."""

    part: int


class _AtLeast(NamedTuple):
    """The formula that at least so many of *parts* hold."""

    minimum: int
    parts: tuple[int, ...]


_FormulaNode = _AnswerIs | _UrgencyIs | _Not | _AtLeast
_AtomReplacement = Callable[[_AnswerIs | _UrgencyIs], int]


class Formulas:
    """A table of formulas. Equal numbers are equal formulas, and sets of questions are plain ints.

    Three things become known in a conversation: an answer, that a question will never be asked (then it stays
    unanswered, and an atom about it is false), and that the floor has risen."""

    def __init__(self) -> None:
        self.masks: list[int] = [0, 0]  # what each formula depends on
        self._nodes: list[_FormulaNode | None] = [None, None]
        self._ids: dict[_FormulaNode, int] = {}
        self._bits: dict[str, int] = {}
        self._cache: dict[tuple[int, object, object], int] = {}

    # ---- questions as bits

    def bit(self, question: str) -> int:
        """Return the bit of a question (`flow.state`)."""
        return self._bits.setdefault(question, FLOOR_BIT << (len(self._bits) + 1))

    def bits(self, questions: Iterable[str]) -> int:
        """Return the bits of some questions as one mask."""
        mask = 0
        for question in questions:
            mask |= self.bit(question)
        return mask

    def questions_in(self, formula: int) -> Iterator[str]:
        """Return the questions that *formula* still depends on."""
        return (name for name, bit in self._bits.items() if self.masks[formula] & bit)

    # ---- building

    def from_guard(self, guard: Guard) -> int:
        """Return the number of the formula for *guard*."""
        match guard:
            case AnswerIs(question, options):
                return self.answer_is(question, options)
            case UrgencyIs(urgencies):
                return self._intern_atom(_UrgencyIs(urgencies))
            case Not(part):
                return self.negation(self.from_guard(part))
            case AtLeast(count, parts):
                return self.at_least(count, [self.from_guard(part) for part in parts])

    def answer_is(self, question: str, options: Iterable[str]) -> int:
        """Return the formula that *question* was answered with one of *options*."""
        return self._intern_atom(_AnswerIs(self.bit(question), frozenset(options)))

    def _intern_atom(self, atom: _AnswerIs | _UrgencyIs) -> int:
        """Return the number of an atom; FALSE or TRUE where it never or always holds."""
        match atom:
            case _AnswerIs(bit, options):
                return self._intern(atom, bit) if options else FALSE
            case _UrgencyIs(urgencies):
                covers_all = len(urgencies) == len(Urgency)
                return FALSE if not urgencies else TRUE if covers_all else self._intern(atom, FLOOR_BIT)

    def negation(self, formula: int) -> int:
        """Return the negation of *formula*."""
        if formula <= TRUE:
            return TRUE - formula
        node = self._nodes[formula]
        return node.part if isinstance(node, _Not) else self._intern(_Not(formula), self.masks[formula])

    def any_of(self, *parts: int) -> int:
        """Return the formula that one of *parts* holds."""
        return self.at_least(1, parts)

    def all_of(self, *parts: int) -> int:
        """Return the formula that all of *parts* hold."""
        return self.at_least(len(parts), parts)

    def at_least(self, count: int, parts: Iterable[int]) -> int:
        """Return the formula that at least *count* of *parts* hold.

        Parts that are known are counted away; "any of" and "all of" are brought to one shape, so that they merge."""
        open_parts: list[int] = []
        for part in parts:
            if part == TRUE:
                count -= 1
            elif part:
                open_parts.append(part)
        if count <= 0 or count > len(open_parts):
            return TRUE if count <= 0 else FALSE
        if count == 1:
            open_parts = self._flatten(open_parts, any_=True)
        elif count == len(open_parts):
            open_parts = self._flatten(open_parts, any_=False)
            if FALSE in open_parts:
                return FALSE
            count = len(open_parts)
        if len(open_parts) == 1:
            return open_parts[0]
        mask = 0
        for part in open_parts:
            mask |= self.masks[part]
        return self._intern(_AtLeast(count, tuple(sorted(open_parts))), mask)

    def _flatten(self, parts: list[int], any_: bool) -> list[int]:
        """Return *parts* with nested parts laid flat, and atoms about one question put together."""
        flat: dict[int, None] = {}
        for part in parts:
            match self._nodes[part]:
                case _AtLeast(count, inner) if count == (1 if any_ else len(inner)):
                    flat.update(dict.fromkeys(inner))
                case _:
                    flat[part] = None
        options_by_bit: dict[int, frozenset[str]] = {}
        rest: list[int] = []
        for part in flat:
            match self._nodes[part]:
                case _AnswerIs(bit, options):
                    before = options_by_bit.get(bit, options)
                    options_by_bit[bit] = before | options if any_ else before & options
                case _:
                    rest.append(part)
        return rest + [self._intern_atom(_AnswerIs(bit, options)) for bit, options in options_by_bit.items()]

    def _intern(self, node: _FormulaNode, mask: int) -> int:
        """Return the number of *node*; a new one is stored with its mask."""
        if node not in self._ids:
            self._ids[node] = len(self._nodes)
            self._nodes.append(node)
            self.masks.append(mask)
        return self._ids[node]

    # ---- becoming known

    def after_answer(self, formula: int, bit: int, option: str) -> int:
        """Return the residual of *formula* once the question of *bit* has been answered with *option*."""
        if not self.masks[formula] & bit:
            return formula
        if (cached := self._cache.get((formula, bit, option))) is not None:
            return cached

        def replacement(atom: _AnswerIs | _UrgencyIs) -> int:
            """Return whether *option* is among those of the atom."""
            return TRUE if isinstance(atom, _AnswerIs) and option in atom.options else FALSE

        return self._substitute(formula, bit, option, replacement)

    def with_only_ahead(self, formula: int, ahead: int, urgency: int) -> int:
        """Return the residual of *formula* where only the questions of *ahead* can still be asked.

        The floor's urgency is *urgency* or higher."""
        mask = self.masks[formula] & ~ahead
        if not mask:
            return formula
        if (cached := self._cache.get((formula, mask, urgency))) is not None:
            return cached

        def replacement(atom: _AnswerIs | _UrgencyIs) -> int:
            """Return FALSE for a question, and what is left of an urgency once the floor has risen."""
            if isinstance(atom, _AnswerIs):
                return FALSE
            still_possible = frozenset(u for u in atom.urgencies if u >= urgency)
            return (
                TRUE
                if len(still_possible) == len(Urgency) + 1 - urgency
                else self._intern_atom(_UrgencyIs(still_possible))
            )

        return self._substitute(formula, mask, urgency, replacement)

    def holds_now(self, formula: int, urgency: int) -> bool:
        """Return whether *formula* holds at this moment: a question without an answer is none of its options."""
        if formula <= TRUE:
            return formula == TRUE
        if (cached := self._cache.get((formula, -1, urgency))) is not None:
            return cached == TRUE

        def replacement(atom: _AnswerIs | _UrgencyIs) -> int:
            """Return TRUE only for an atom about the present floor."""
            return TRUE if isinstance(atom, _UrgencyIs) and urgency in atom.urgencies else FALSE

        return self._substitute(formula, -1, urgency, replacement) == TRUE

    def _substitute(self, formula: int, mask: int, key: object, replacement: _AtomReplacement) -> int:
        """Return *formula* with *replacement* in place of each atom that *mask* covers; *key* is its cache key."""
        if not self.masks[formula] & mask:
            return formula
        if (cached := self._cache.get((formula, mask, key))) is not None:
            return cached
        match self._nodes[formula]:
            case _Not(part):
                built = self.negation(self._substitute(part, mask, key, replacement))
            case _AtLeast(count, parts):
                built = self.at_least(count, [self._substitute(part, mask, key, replacement) for part in parts])
            case _AnswerIs() | _UrgencyIs() as atom:
                built = replacement(atom)
            case None:
                built = formula
        self._cache[formula, mask, key] = built
        return built
