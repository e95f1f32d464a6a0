"""Everything that is said in another language than the flows are written in: read, held against them, put in place."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.content import Page, Phrases
from bot.flow import Flow
from bot.languages import Language
from bot.library import BASE, filed
from bot.manners import Manners, Silence
from bot.problem import Place, Problem
from bot.reading.nodes import Mark
from bot.reading.reading import Reading
from bot.reading.translations import HINTS, Translation
from bot.reading.wording import read_manners
from bot.translation.made import NEW, Made
from bot.translation.telling import say_in, units

Originals = Mapping[str, Any]  # what can be translated, by its file: "flows/safety.yaml", "content/coil.md"
Gaps = dict[str, list[Problem]]  # what is still to be done, by language


def file_in(language: str, file: str) -> str:
    """Where the translation of *file* lies: flows/es/safety.yaml."""
    folder, _, name = file.partition("/")
    return f"{folder}/{language}/{name}"


class Tongues:
    """*made* is what each translation holds, by language and by the file that it translates."""

    def __init__(self, languages: Mapping[str, Language], originals: Originals, spoilt: Collection[str] = ()) -> None:
        self.languages, self.originals, self.spoilt = languages, originals, spoilt
        self.made: dict[str, dict[str, Made]] = {code: {} for code in languages if code != BASE}
        self.manners: dict[str, Manners] = {}
        self.gaps: Gaps = {code: [] for code in self.made}

    def read(self, readings: Iterable[Reading]) -> None:
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
        if file in self.spoilt:  # its own faults were told
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
        """What a language that ships still lacks as a whole."""
        return (gap for code, gaps in self.gaps.items() if self.languages[code].shipped for gap in gaps)

    def silences(self, spoken: Collection[str]) -> Iterator[Silence]:
        return (silence for code in spoken for made in self.made.get(code, {}).values() for silence in made.silences)

    def told(self, language: str, kind: type[Any]) -> Iterator[Any]:
        """Every thing of that *kind* in *language*; what is not translated in it is in English."""
        for file, made in self.made[language].items():
            thing = self.originals[file]
            if isinstance(thing, kind):
                said = say_in(thing, made.tell)
                signable = isinstance(said, Flow | Page | Phrases)
                yield replace(said, language=language, review=made.review) if signable else said


def _unmade(language: str, made: Mapping[str, Made], originals: Originals) -> Iterator[Problem]:
    for file, thing in originals.items():
        if file not in made and units(thing):
            place = Place(file_in(language, file), 1, 1)
            yield Problem(place, NEW, "nothing of this file is translated", f"python -m bot translate new {language}")
