"""Logic gates as clauses: each is made once, and means the same in both directions."""

from collections.abc import Iterable, Sequence

from pysat.solvers import Solver

Lit = int
TRUE, FALSE = 1, -1


class Gates:
    """A circuit that grows, and the solver that is asked about it."""

    def __init__(self) -> None:
        self.solver = Solver(name="cadical153", bootstrap_with=[[TRUE]])
        self.size = 1
        self._known: dict[tuple[Lit, ...], Lit] = {}

    def new(self) -> Lit:
        self.size += 1
        return self.size

    def must(self, *lits: Lit) -> None:
        """One of *lits* holds."""
        self.solver.add_clause(lits)

    def one_of(self, lits: Sequence[Lit]) -> None:
        """Exactly one of *lits* holds."""
        self.must(*lits)
        for number, lit in enumerate(lits):
            for other in lits[:number]:
                self.must(-lit, -other)

    def all_of(self, lits: Iterable[Lit]) -> Lit:
        parts = set(lits)
        parts.discard(TRUE)
        if FALSE in parts or any(-part in parts for part in parts):
            return FALSE
        if len(parts) < 2:
            return parts.pop() if parts else TRUE
        key = tuple(sorted(parts))
        if key not in self._known:
            gate = self._known[key] = self.new()
            for part in key:
                self.must(-gate, part)
            self.must(gate, *(-part for part in key))
        return self._known[key]

    def any_of(self, lits: Iterable[Lit]) -> Lit:
        return -self.all_of([-lit for lit in lits])

    def at_least(self, count: int, lits: Sequence[Lit]) -> Lit:
        if count <= 0 or count > len(lits):
            return TRUE if count <= 0 else FALSE
        if count in (1, len(lits)):
            return self.any_of(lits) if count == 1 else self.all_of(lits)
        with_it = self.all_of([lits[0], self.at_least(count - 1, lits[1:])])
        return self.any_of([with_it, self.at_least(count, lits[1:])])

    def possible(self, *lits: Lit) -> bool:
        return bool(self.solver.solve(assumptions=list(lits)))

    def model(self) -> set[Lit]:
        """All that holds, after something was found to be possible."""
        return set(self.solver.get_model())
