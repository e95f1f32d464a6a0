"""The English files and one language's translations of them: read, changed text by text, and written back."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path as File

from bot.authoring.loader import PLACES, Shelf
from bot.authoring.localization.texts import units
from bot.authoring.localization.translation_file import NEW, OLD, Made
from bot.authoring.localization.units import KEYED, Path, Unit
from bot.authoring.parsing.content_folder import Folder
from bot.authoring.parsing.source_file import sheet
from bot.authoring.translate.writer import written
from bot.authoring.translation_loader import file_in
from bot.model.bundle import BASE
from bot.model.content import Page
from bot.model.diagnostics import Faulty, Place, Problem
from bot.model.language import CODE

# Diagnostic codes that do not prevent work on the texts.
MENDABLE = (NEW, OLD, "differs", "too-long", "long-button", "not-found")
LANGUAGES = "content/languages.yaml"


class Refused(Exception):
    """An error the user can mend: nothing was changed, and its sentence says why."""


class Workshop:
    """What can be translated (*originals*) and its *translations* in one language, both by the English file."""

    def __init__(self, home: File, language: str) -> None:
        self.home, self.language = home, language
        folder = Folder(home)
        self.shelf = Shelf(sheet(file, data) for file, data in folder.files.items())
        if hard := [one for one in (*folder.problems, *self.shelf.problems()) if one.slug not in MENDABLE]:
            raise Faulty(hard)
        if language not in self.shelf.tongues.made:
            raise Refused(
                f"'{language}' is no language of this bot. Begin with: python -m bot translate new {language}"
            )
        self.originals = self.shelf.originals()
        self.made: dict[str, Made] = dict(self.shelf.tongues.made[language])
        self.places = self.shelf.atlas()

    def units(self) -> Iterator[tuple[str, Mapping[Path, Unit]]]:
        """Yield each English file with its texts by path."""
        return ((file, found) for file, thing in self.originals.items() if (found := units(thing)))

    def of(self, file: str) -> Made:
        """Return the translation of an English file; an empty one if there is none."""
        return self.made.get(file, Made())

    def place(self, file: str, unit: Unit) -> Place | None:
        """Return where the English text of *unit* stands; None if unknown."""
        thing = self.originals[file]
        if isinstance(thing, Page) and unit.path[0] == "lines":
            return self.places.get((file, thing.text, 0, thing.text.split("\n").index(unit.text)))
        first = unit.source.split("\n")[0] if unit.heard else unit.source
        found = (self.places.get((where, first, 0, 0)) for where in (file, *sorted(PLACES)))
        return next(filter(None, found), None)

    def accept(self, files: Iterable[str]) -> None:
        """Mark all texts of *files* as made from today's English: a translator has compared them."""
        for file in files:
            made, wanted = self.of(file), units(self.originals[file])
            former = made.former(wanted)
            then_now = {then: now for now, then in former.items()}
            texts = {then_now.get(path, path): text for path, text in made.texts.items()}
            marks = {path: unit.of for path, unit in wanted.items() if path in texts and path[0] not in KEYED}
            self.made[file] = replace(made, texts=texts, of=marks)

    def write(self) -> list[str]:
        """Write all translation files and return the names of those that changed."""
        changed = []
        for file, _ in self.units():
            path = self.home / file_in(self.language, file)
            data = written(self.originals[file], self.language, self.of(file)).encode()
            if not path.exists() or path.read_bytes() != data:
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(data)
                changed.append(file_in(self.language, file))
        return changed

    def problems(self) -> list[Problem]:
        """Return diagnostics of this language: what is still to be translated or mended."""
        told = (*self.shelf.problems(), *self.shelf.tongues.gaps[self.language])
        mine = f"/{self.language}/"
        return sorted({problem for problem in told if mine in problem.place.file})


def declare(home: File, language: str, name: str) -> None:
    """Add *language* to content/languages.yaml as a draft, if it is not there. Raises CommandError."""
    if not CODE.fullmatch(language) or language == BASE:
        raise Refused(f"'{language}' cannot be the code of a new language. Codes are two letters, such as es.")
    path = home / LANGUAGES
    listed = (
        path.read_text(encoding="utf-8") if path.exists() else "languages:\n  en: {name: English, status: shipped}\n"
    )
    if f"\n  {language}:" in listed:
        return
    if not name:
        raise Refused(f"What do people who speak '{language}' call it? Say so with --name, as in --name Español.")
    path.write_text(f"{listed.rstrip()}\n  {language}: {{name: {name}, status: draft}}\n", encoding="utf-8")
