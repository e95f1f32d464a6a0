"""One translation file as it stands: its texts, the English that each was made from, and what is still to be done."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.manners import Silence
from bot.review import Review
from bot.translation.units import FACT, KEYED, Path, Unit, changed, facts

NEW, OLD = "untranslated", "stale"
FRESH = "fresh"


@dataclass(frozen=True, slots=True)
class Made:
    """*texts* and *of*, marks of the English they were made from, by path; below KEYED the path itself tells it."""

    texts: Mapping[Path, str] = field(default_factory=dict)
    of: Mapping[Path, str] = field(default_factory=dict)
    review: Review | None = None
    silences: tuple[Silence, ...] = ()

    def state(self, unit: Unit) -> str:
        """Whether *unit* is translated, and from today's English."""
        if unit.path not in self.texts:
            return NEW
        return FRESH if unit.path[0] in KEYED or self.of.get(unit.path) == unit.of else OLD

    def tell(self, unit: Unit) -> str:
        """What people are told: the translation if it was made from today's English, else today's English itself."""
        return self.texts[unit.path] if self.state(unit) == FRESH else unit.text

    def former(self, units: Mapping[Path, Unit]) -> dict[Path, Path]:
        """Where the older words of a unit are that is found by its English, and whose English has changed."""
        found: dict[Path, Path] = {}
        for part in KEYED:
            old = [path[1] for path in self.texts if path[0] == part]
            new = [path[1] for path in units if path[0] == part]
            found |= {(part, now): (part, then) for now, then in changed(old, new).items()}
        return found

    def leftover(self, units: Mapping[Path, Unit]) -> Iterator[Path]:
        """Texts that are found by their English, which is no longer there."""
        return (path for path in self.texts if path[0] in KEYED and path not in units)


def differences(unit: Unit, text: str) -> Iterator[str]:
    """What *text* does not say like the English, as ends of sentences: it could send somebody elsewhere, or later."""
    if unit.heard or not (FACT.search(unit.source) or FACT.search(text)):
        return
    for (sort, theirs), (_, ours) in zip(facts(unit.source), facts(text), strict=True):
        if theirs != ours:
            yield f"other {sort} than the English: {_listed(ours)}, not {_listed(theirs)}"


def _listed(facts: list[str]) -> str:
    return " ".join(fact.strip() for fact in facts) or "none"
