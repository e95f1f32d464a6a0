"""How many questions may remain: from each state the length of the longest path, as the proof computed it.

Nothing is estimated while a conversation runs. After an answer the longest path is at least one question shorter, as it
was part of the path before: so the number shown can fall by more than one, and never rises unless people go back.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.model.canonical_json import canonical_hash

REMAINING_FILE = "flows/remaining.json"  # beside the proof's record, and made with it
MAX_REMAINING_SHOWN = 10  # a higher number frightens, and hardly any conversation is that long
FIELDS_NOT_IN_SHAPE = frozenset(
    (
        *("text", "button", "say", "ask", "why", "explain", "title", "version", "checked", "sources", "review"),
        *("safety_net", "advise", "learn", "language", "sensitive", "numbers", "unordered"),
    )
)  # fields of a flow that do not decide which question follows


@dataclass(frozen=True, slots=True)
class RemainingQuestions:
    """The graph of all questions, to look up how many may remain.

    A node holds the number of a question and, for each of its options, the node it leads to; an ending's node is empty.
    Nodes are numbered from the endings up. *questions* are the names (`flow.state`) with their options' ids, *roots*
    the first node of each flow where a conversation may begin. Without any, nothing is known, and nothing is shown.
    """

    questions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    nodes: tuple[tuple[int, ...], ...] = ()
    roots: Mapping[str, int] = field(default_factory=dict)
    longest_paths: tuple[int, ...] = ()

    @classmethod
    def from_nodes(cls, questions: Any, nodes: Any, roots: Mapping[str, int]) -> "RemainingQuestions":
        """Build the graph from its nodes, and compute the longest path from each."""
        longest_paths: list[int] = []
        for node in nodes:
            longest_paths.append(1 + max([longest_paths[target] for target in node[1:]]) if node else 0)
        named_questions = tuple((name, tuple(options)) for name, options in questions)
        return cls(named_questions, tuple(map(tuple, nodes)), dict(roots), tuple(longest_paths))

    def count_after(self, entry_flow: str, answers: Mapping[str, str], open_question: str) -> int | None:
        """Return how many questions may follow *open_question* after these *answers*; None if it is not known."""
        node_number = self.roots.get(entry_flow, -1)
        for question, answer in answers.items():
            name, options, targets = self._node(node_number)
            if name != question or answer not in options:
                return None
            node_number = targets[options.index(answer)]
        return self.longest_paths[node_number] - 1 if self._node(node_number)[0] == open_question else None

    def _node(self, node_number: int) -> tuple[str, tuple[str, ...], tuple[int, ...]]:
        """Return a node as its question's name, the option ids, and the node each option leads to."""
        node = self.nodes[node_number] if node_number >= 0 else ()
        return (*self.questions[node[0]], node[1:]) if node else ("", (), ())

    def to_json(self, shape_hash: str) -> str:
        """Return the text of the file, with *shape_hash* naming the flows it belongs to."""
        stored = {"of": shape_hash, "roots": dict(self.roots), "questions": self.questions, "spots": self.nodes}
        return json.dumps(stored, separators=(",", ":")) + "\n"

    @classmethod
    def from_json(cls, text: str, shape_hash: str) -> "RemainingQuestions":
        """Read the graph from *text*; an empty one if it belongs to flows of another shape, or cannot be read."""
        try:
            stored = json.loads(text)
            if stored["of"] == shape_hash:
                return cls.from_nodes(stored["questions"], stored["spots"], stored["roots"])
        except (ValueError, KeyError, TypeError, IndexError):
            pass
        return cls()


# ---- which flows a file belongs to


def hash_shape(flows: Mapping[str, Any]) -> str:
    """Return the hash of what decides which question follows which; texts are not part of it."""
    return canonical_hash(flows, FIELDS_NOT_IN_SHAPE)
