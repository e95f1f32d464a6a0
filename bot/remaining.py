"""How many questions may still come: from each place the longest way on, as the proof of all paths found it.

Nothing is guessed while a conversation runs. After an answer the longest way on is at least one question shorter, as it
was part of the way before: so what people are told can fall by more than one, and never rises unless they go back.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.canonical import digest

FILE = "flows/remaining.json"  # beside the proof's record, and made with it
MOST_TOLD = 10  # above that the longest way is a number that frightens, and that hardly anybody comes to
WORDS = frozenset(
    (
        *("text", "button", "say", "ask", "why", "explain", "title", "version", "checked", "sources", "review"),
        *("safety_net", "advise", "learn", "language", "sensitive", "numbers", "unordered"),
    )
)  # fields of a flow that lead nowhere


@dataclass(frozen=True, slots=True)
class Remaining:
    """*spots* hold the number of a question and, for each of its options, the spot it leads to; endings hold nothing.

    They are numbered from the endings up. *questions* are the names (`flow.state`) with their options' ids, *roots* the
    spot that each way in begins at. Without any, nothing is known, and nothing is told.
    """

    questions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    spots: tuple[tuple[int, ...], ...] = ()
    roots: Mapping[str, int] = field(default_factory=dict)
    longest: tuple[int, ...] = ()

    @classmethod
    def of(cls, questions: Any, spots: Any, roots: Mapping[str, int]) -> "Remaining":
        longest: list[int] = []
        for spot in spots:
            longest.append(1 + max([longest[target] for target in spot[1:]]) if spot else 0)
        asked = tuple((name, tuple(options)) for name, options in questions)
        return cls(asked, tuple(map(tuple, spots)), dict(roots), tuple(longest))

    def after(self, way_in: str, answers: Mapping[str, str], at: str) -> int | None:
        """How many questions may follow the open question *at*, once these *answers* led there; None: not known."""
        number = self.roots.get(way_in, -1)
        for asked, value in answers.items():
            name, options, targets = self._asked(number)
            if name != asked or value not in options:
                return None
            number = targets[options.index(value)]
        return self.longest[number] - 1 if self._asked(number)[0] == at else None

    def _asked(self, number: int) -> tuple[str, tuple[str, ...], tuple[int, ...]]:
        spot = self.spots[number] if number >= 0 else ()
        return (*self.questions[spot[0]], spot[1:]) if spot else ("", (), ())

    def to_json(self, shape: str) -> str:
        written = {"of": shape, "roots": dict(self.roots), "questions": self.questions, "spots": self.spots}
        return json.dumps(written, separators=(",", ":")) + "\n"

    @classmethod
    def from_json(cls, text: str, shape: str) -> "Remaining":
        """What *text* says of flows of exactly this *shape*; nothing where it is of others, or cannot be read."""
        try:
            written = json.loads(text)
            if written["of"] == shape:
                return cls.of(written["questions"], written["spots"], written["roots"])
        except (ValueError, KeyError, TypeError, IndexError):
            pass
        return cls()


# ---- of which flows


def shape(flows: Mapping[str, Any]) -> str:
    """The hash of what decides which question follows which. Words may change, and how many follow stays the same."""
    return digest(flows, WORDS)
