"""One translation file as it is written: its texts, the English each was made from, and what is still to be done."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.authoring.localization.units import (
    DIGEST_KEYED_SECTIONS,
    FACT_PATTERN,
    TranslationUnit,
    UnitPath,
    extract_facts,
    match_changed,
)
from bot.model.review import Review
from bot.model.style_guide import Suppression

UNTRANSLATED, STALE = "untranslated", "stale"
UP_TO_DATE = "fresh"


@dataclass(frozen=True, slots=True)
class TranslationFile:
    """The content of one translation file: *texts* and *source_digests* by path.

    A digest shows which English a text was made from; below DIGEST_KEYED_SECTIONS the path itself holds it.
    """

    texts: Mapping[UnitPath, str] = field(default_factory=dict)
    source_digests: Mapping[UnitPath, str] = field(default_factory=dict)
    review: Review | None = None
    suppressions: tuple[Suppression, ...] = ()

    def status_of(self, unit: TranslationUnit) -> str:
        """Return whether *unit* is untranslated, stale (made from older English) or up to date."""
        if unit.path not in self.texts:
            return UNTRANSLATED
        return (
            UP_TO_DATE
            if unit.path[0] in DIGEST_KEYED_SECTIONS or self.source_digests.get(unit.path) == unit.source_digest
            else STALE
        )

    def text_for(self, unit: TranslationUnit) -> str:
        """Return the translation if it is up to date, else today's English."""
        return self.texts[unit.path] if self.status_of(unit) == UP_TO_DATE else unit.text

    def former_paths(self, units: Mapping[UnitPath, TranslationUnit]) -> dict[UnitPath, UnitPath]:
        """Return for each digest-keyed unit whose English has changed the path of its older translation."""
        found: dict[UnitPath, UnitPath] = {}
        for section in DIGEST_KEYED_SECTIONS:
            old_keys = [path[1] for path in self.texts if path[0] == section]
            new_keys = [path[1] for path in units if path[0] == section]
            found |= {
                (section, new_key): (section, old_key) for new_key, old_key in match_changed(old_keys, new_keys).items()
            }
        return found

    def leftover_paths(self, units: Mapping[UnitPath, TranslationUnit]) -> Iterator[UnitPath]:
        """Return the paths of digest-keyed texts whose English is no longer there."""
        return (path for path in self.texts if path[0] in DIGEST_KEYED_SECTIONS and path not in units)


def find_differences(unit: TranslationUnit, text: str) -> Iterator[str]:
    """Return how the facts in *text* differ from the English, as ends of sentences.

    Such a difference could send people to another place, or send them later.
    """
    if unit.is_word_list or not (FACT_PATTERN.search(unit.source_text) or FACT_PATTERN.search(text)):
        return
    for (kind, english_facts), (_, translated_facts) in zip(
        extract_facts(unit.source_text), extract_facts(text), strict=True
    ):
        if english_facts != translated_facts:
            yield f"other {kind} than the English: {_join_facts(translated_facts)}, not {_join_facts(english_facts)}"


def _join_facts(facts: list[str]) -> str:
    """Join *facts* for a sentence, or return 'none'."""
    return " ".join(fact.strip() for fact in facts) or "none"
