"""How many questions may remain: from each state the length of the longest path, as the proof computed it.

Nothing is estimated while a conversation runs. After an answer the longest path is at least one question shorter, as it
was part of the path before: so the number shown can fall by more than one, and never rises unless people go back.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.model.canonical_json import digest

FILE = "flows/remaining.json"  # beside the proof's record, and made with it
MOST_TOLD = 10  # a higher number frightens, and hardly any conversation is that long
WORDS = frozenset(
    (
        *("text", "button", "say", "ask", "why", "explain", "title", "version", "checked", "sources", "review"),
        *("safety_net", "advise", "learn", "language", "sensitive", "numbers", "unordered"),
    )
)  # fields of a flow that do not decide which question follows


@dataclass(frozen=True, slots=True)
class Remaining:
    """The graph of all questions, to look up how many may remain.

    A node holds the number of a question and, for each of its options, the node it leads to; an ending's node is empty.
    Nodes are numbered from the endings up. *questions* are the names (`flow.state`) with their options' ids, *roots*
    the first node of each flow where a conversation may begin. Without any, nothing is known, and nothing is shown.
    """

    questions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    spots: tuple[tuple[int, ...], ...] = ()
    roots: Mapping[str, int] = field(default_factory=dict)
    longest: tuple[int, ...] = ()

    @classmethod
    def of(cls, questions: Any, spots: Any, roots: Mapping[str, int]) -> "Remaining":
        """Build the graph from its nodes, and compute the longest path from each."""
        longest: list[int] = []
        for spot in spots:
            longest.append(1 + max([longest[target] for target in spot[1:]]) if spot else 0)
        asked = tuple((name, tuple(options)) for name, options in questions)
        return cls(asked, tuple(map(tuple, spots)), dict(roots), tuple(longest))

    def after(self, way_in: str, answers: Mapping[str, str], at: str) -> int | None:
        """Return how many questions may follow *open_question* after these *answers*; None if it is not known."""
        number = self.roots.get(way_in, -1)
        for asked, value in answers.items():
            name, options, targets = self._asked(number)
            if name != asked or value not in options:
                return None
            number = targets[options.index(value)]
        return self.longest[number] - 1 if self._asked(number)[0] == at else None

    def _asked(self, number: int) -> tuple[str, tuple[str, ...], tuple[int, ...]]:
        """Return a node as its question's name, the option ids, and the node each option leads to."""
        spot = self.spots[number] if number >= 0 else ()
        return (*self.questions[spot[0]], spot[1:]) if spot else ("", (), ())

    def to_json(self, shape: str) -> str:
        """Return the text of the file, with *shape_hash* naming the flows it belongs to."""
        written = {"of": shape, "roots": dict(self.roots), "questions": self.questions, "spots": self.spots}
        return json.dumps(written, separators=(",", ":")) + "\n"

    @classmethod
    def from_json(cls, text: str, shape: str) -> "Remaining":
        """Read the graph from *text*; an empty one if it belongs to flows of another shape, or cannot be read."""
        try:
            written = json.loads(text)
            if written["of"] == shape:
                return cls.of(written["questions"], written["spots"], written["roots"])
        except (ValueError, KeyError, TypeError, IndexError):
            pass
        return cls()


# ---- which flows a file belongs to


def shape(flows: Mapping[str, Any]) -> str:
    """Return the hash of what decides which question follows which; texts are not part of it."""
    return digest(flows, WORDS)
