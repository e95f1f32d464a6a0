"""Every single edit of a kind that there is in a flow, as somebody in a hurry would make it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.long.unsafe_edits import on_answers, on_paths, on_rules
from tests.long.unsafe_edits.flow_trees import Tree, copy
from tests.long.unsafe_edits.table_edits import Edit


@dataclass(frozen=True)
class Mutant:
    """One flow with one edit in it."""

    kind: str
    flow: str
    what: str
    edit: Callable[[Tree], None]

    @property
    def name(self) -> str:
        return f"{self.kind}: {self.flow}, {self.what}"

    def tree(self) -> Tree:
        tree = copy(self.flow)
        self.edit(tree)
        return tree


KINDS: dict[str, tuple[Callable[[Tree], Iterator[Edit]], int]] = {  # and how many of each are tried, at most
    "emergency retargeted": (on_answers.retargets, 60),
    "floor lowered": (on_answers.lower_floors, 80),
    "floor dropped": (on_answers.dropped_floors, 60),
    "doubt counts as no": (on_answers.doubts_as_no, 45),
    "options swapped": (on_answers.swapped_options, 60),
    "question dropped": (on_paths.skipped, 45),
    "question passed once": (on_paths.passed_once, 20),
    "question moved": (on_paths.moved, 30),
    "question asked of fewer": (on_paths.skipped_for_some, 36),
    "rule names fewer answers": (on_rules.narrowed_rules, 45),
    "only_if names fewer answers": (on_rules.narrowed_states, 14),
    "rule stricter": (on_rules.stricter_rules, 18),
    "rule dropped": (on_rules.dropped_rules, 28),
    "rule softer": (on_rules.softer_rules, 24),
    "ending calmer": (on_rules.calmer_endings, 20),
    "doubt deleted": (on_answers.lost_doubts, 10),
    "safety net deleted": (on_answers.lost_nets, 6),
    "number deleted": (on_answers.lost_numbers, 3),
    "safety mark deleted": (on_answers.lost_marks, 6),
}
