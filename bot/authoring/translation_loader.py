"""Read all translations, compare them with the English content, and return the content in another language."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.authoring.localization.texts import say_in, units
from bot.authoring.localization.translation_file import NEW, Made
from bot.authoring.parsing.parse_context import Reading
from bot.authoring.parsing.readers.style_guide import read_manners
from bot.authoring.parsing.readers.translations import HINTS, Translation
from bot.authoring.parsing.yaml_nodes import Mark
from bot.model.bundle import BASE, filed
from bot.model.content import Page, Phrases
from bot.model.diagnostics import Place, Problem
from bot.model.flow import Flow
from bot.model.language import Language
from bot.model.style_guide import Manners, Silence

Originals = Mapping[str, Any]  # by file, such as "flows/safety.yaml", "content/coil.md"
Gaps = dict[str, list[Problem]]  # what is still to be done, by language


def file_in(language: str, file: str) -> str:
    """Return where the translation of *file* is: flows/es/safety.yaml."""
    folder, _, name = file.partition("/")
    return f"{folder}/{language}/{name}"


class Tongues:
    """All translations of the bundle: *files* holds them by language and by the file that each translates."""

    def __init__(self, languages: Mapping[str, Language], originals: Originals, spoilt: Collection[str] = ()) -> None:
        self.languages, self.originals, self.spoilt = languages, originals, spoilt
        self.made: dict[str, dict[str, Made]] = {code: {} for code in languages if code != BASE}
        self.manners: dict[str, Manners] = {}
        self.gaps: Gaps = {code: [] for code in self.made}

    def read(self, readings: Iterable[Reading]) -> None:
        """Read the translation files and note for each language which files are not translated at all."""
        for reading in readings:
            folder, language, name = reading.sheet.file.split("/")
            if language not in self.made:
                hint = "a line in content/languages.yaml makes it one"
                reading.fault(Mark(1, 1), "language", f"'{language}' is no language of this bot", hint)
            elif (folder, name) == ("content", "wording.yaml"):
                self.manners[language] = read_manners(reading, language)
            else:
                self._translation(reading, language, f"{folder}/{name}")
        for language, made in self.made.items():
            self.gaps[language] += _unmade(language, made, self.originals)

    def _translation(self, reading: Reading, language: str, file: str) -> None:
        """Read one translation of *file*.

        What is not translated is a diagnostic in a language that ships, and a gap in a draft.
        """
        if file in self.spoilt:  # its own faults were reported
            self.made[language][file] = Made()
            return
        if file not in self.originals:
            reading.fault(Mark(1, 1), "stray", f"there is no {file} to translate", reading.guess(file, self.originals))
            return
        name = file.rpartition("/")[2].removesuffix(".yaml") if file.startswith("flows/") else file.rpartition("/")[2]
        one = Translation(reading, language, filed(name, language), units(self.originals[file]))
        self.made[language][file] = one.made
        for slug, spot, message in one.gaps:
            if self.languages[language].shipped:
                reading.fault(spot, slug, message)
            else:
                self.gaps[language].append(Problem(reading.place(spot), slug, message, HINTS[slug]))

    def problems(self) -> Iterator[Problem]:
        """Return the files that a language that ships does not translate at all."""
        return (gap for code, gaps in self.gaps.items() if self.languages[code].shipped for gap in gaps)

    def silences(self, spoken: Collection[str]) -> Iterator[Silence]:
        """Return the suppressions that the translations into these *languages* hold."""
        return (silence for code in spoken for made in self.made.get(code, {}).values() for silence in made.silences)

    def told(self, language: str, kind: type[Any]) -> Iterator[Any]:
        """Return all content of that *kind* in *language*; what is not translated stays in English."""
        for file, made in self.made[language].items():
            thing = self.originals[file]
            if isinstance(thing, kind):
                said = say_in(thing, made.tell)
                signable = isinstance(said, Flow | Page | Phrases)
                yield replace(said, language=language, review=made.review) if signable else said


def _unmade(language: str, made: Mapping[str, Made], originals: Originals) -> Iterator[Problem]:
    """Return a diagnostic for each file with texts that *language* does not translate at all."""
    for file, thing in originals.items():
        if file not in made and units(thing):
            place = Place(file_in(language, file), 1, 1)
            yield Problem(place, NEW, "nothing of this file is translated", f"python -m bot translate new {language}")
