"""One translation file as it is written: its texts, the English each was made from, and what is still to be done."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.authoring.localization.units import FACT, KEYED, Path, Unit, changed, facts
from bot.model.review import Review
from bot.model.style_guide import Silence

NEW, OLD = "untranslated", "stale"
FRESH = "fresh"


@dataclass(frozen=True, slots=True)
class Made:
    """The content of one translation file: *texts* and *source_digests* by path.

    A digest shows which English a text was made from; below DIGEST_KEYED_SECTIONS the path itself holds it.
    """

    texts: Mapping[Path, str] = field(default_factory=dict)
    of: Mapping[Path, str] = field(default_factory=dict)
    review: Review | None = None
    silences: tuple[Silence, ...] = ()

    def state(self, unit: Unit) -> str:
        """Return whether *unit* is untranslated, stale (made from older English) or up to date."""
        if unit.path not in self.texts:
            return NEW
        return FRESH if unit.path[0] in KEYED or self.of.get(unit.path) == unit.of else OLD

    def tell(self, unit: Unit) -> str:
        """Return the translation if it is up to date, else today's English."""
        return self.texts[unit.path] if self.state(unit) == FRESH else unit.text

    def former(self, units: Mapping[Path, Unit]) -> dict[Path, Path]:
        """Return for each digest-keyed unit whose English has changed the path of its older translation."""
        found: dict[Path, Path] = {}
        for part in KEYED:
            old = [path[1] for path in self.texts if path[0] == part]
            new = [path[1] for path in units if path[0] == part]
            found |= {(part, now): (part, then) for now, then in changed(old, new).items()}
        return found

    def leftover(self, units: Mapping[Path, Unit]) -> Iterator[Path]:
        """Return the paths of digest-keyed texts whose English is no longer there."""
        return (path for path in self.texts if path[0] in KEYED and path not in units)


def differences(unit: Unit, text: str) -> Iterator[str]:
    """Return how the facts in *text* differ from the English, as ends of sentences.

    Such a difference could send people to another place, or send them later.
    """
    if unit.heard or not (FACT.search(unit.source) or FACT.search(text)):
        return
    for (sort, theirs), (_, ours) in zip(facts(unit.source), facts(text), strict=True):
        if theirs != ours:
            yield f"other {sort} than the English: {_listed(ours)}, not {_listed(theirs)}"


def _listed(facts: list[str]) -> str:
    """Join *facts* for a sentence, or return 'none'."""
    return " ".join(fact.strip() for fact in facts) or "none"
