"""The English files and one language's translations of them: read, changed text by text, and written back."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path as File

from bot.authoring.loader import DIRECTORY_FILES, BundleBuilder
from bot.authoring.localization.translation_file import STALE, UNTRANSLATED, TranslationFile
from bot.authoring.localization.traversal import collect_units
from bot.authoring.localization.units import DIGEST_KEYED_SECTIONS, TranslationUnit, UnitPath
from bot.authoring.parsing.content_folder import ContentFolder
from bot.authoring.parsing.source_file import decode_source_file
from bot.authoring.translate.writer import render_translation
from bot.authoring.translation_loader import translation_path
from bot.model.bundle import BASE_LANGUAGE
from bot.model.content import Page
from bot.model.diagnostics import Diagnostic, DiagnosticsError, SourceLocation
from bot.model.language import LANGUAGE_CODE_PATTERN
from bot.operations.errors import CommandError

# Diagnostic codes that do not prevent work on the texts.
TOLERATED_CODES = (UNTRANSLATED, STALE, "differs", "too-long", "long-button", "not-found")
LANGUAGES_FILE = "content/languages.yaml"


class TranslationWorkspace:
    """What can be translated (*originals*) and its *translations* in one language, both by the English file."""

    def __init__(self, root: File, language: str) -> None:
        self.root, self.language = root, language
        folder = ContentFolder(root)
        self.builder = BundleBuilder(decode_source_file(file, data) for file, data in folder.files.items())
        if blocking := [
            diagnostic
            for diagnostic in (*folder.diagnostics, *self.builder.collect_diagnostics())
            if diagnostic.code not in TOLERATED_CODES
        ]:
            raise DiagnosticsError(blocking)
        if language not in self.builder.translations.files:
            raise CommandError(
                f"'{language}' is no language of this bot. Begin with: python -m bot translate new {language}"
            )
        self.originals = self.builder.translatable_content()
        self.translations: dict[str, TranslationFile] = dict(self.builder.translations.files[language])
        self.source_map = self.builder.source_map()

    def units(self) -> Iterator[tuple[str, Mapping[UnitPath, TranslationUnit]]]:
        """Yield each English file with its texts by path."""
        return (
            (file, units_by_path)
            for file, original in self.originals.items()
            if (units_by_path := collect_units(original))
        )

    def translation_of(self, file: str) -> TranslationFile:
        """Return the translation of an English file; an empty one if there is none."""
        return self.translations.get(file, TranslationFile())

    def location_of(self, file: str, unit: TranslationUnit) -> SourceLocation | None:
        """Return where the English text of *unit* stands; None if unknown."""
        original = self.originals[file]
        if isinstance(original, Page) and unit.path[0] == "lines":
            return self.source_map.get((file, original.text, 0, original.text.split("\n").index(unit.text)))
        first_line = unit.source_text.split("\n")[0] if unit.is_word_list else unit.source_text
        locations = (
            self.source_map.get((english_file, first_line, 0, 0)) for english_file in (file, *sorted(DIRECTORY_FILES))
        )
        return next(filter(None, locations), None)

    def accept(self, files: Iterable[str]) -> None:
        """Mark all texts of *files* as made from today's English: a translator has compared them."""
        for file in files:
            translation, units_by_path = self.translation_of(file), collect_units(self.originals[file])
            former_paths = translation.former_paths(units_by_path)
            new_path_by_old = {old_path: new_path for new_path, old_path in former_paths.items()}
            texts = {new_path_by_old.get(path, path): text for path, text in translation.texts.items()}
            digests = {
                path: unit.source_digest
                for path, unit in units_by_path.items()
                if path in texts and path[0] not in DIGEST_KEYED_SECTIONS
            }
            self.translations[file] = replace(translation, texts=texts, source_digests=digests)

    def write(self) -> list[str]:
        """Write all translation files and return the names of those that changed."""
        changed = []
        for file, _ in self.units():
            path = self.root / translation_path(self.language, file)
            data = render_translation(self.originals[file], self.language, self.translation_of(file)).encode()
            if not path.exists() or path.read_bytes() != data:
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(data)
                changed.append(translation_path(self.language, file))
        return changed

    def diagnostics(self) -> list[Diagnostic]:
        """Return diagnostics of this language: what is still to be translated or mended."""
        all_diagnostics = (*self.builder.collect_diagnostics(), *self.builder.translations.gaps[self.language])
        language_folder = f"/{self.language}/"
        return sorted({diagnostic for diagnostic in all_diagnostics if language_folder in diagnostic.location.file})


def declare_language(root: File, language: str, name: str) -> None:
    """Add *language* to content/languages.yaml as a draft, if it is not there. Raises CommandError."""
    if not LANGUAGE_CODE_PATTERN.fullmatch(language) or language == BASE_LANGUAGE:
        raise CommandError(f"'{language}' cannot be the code of a new language. Codes are two letters, such as es.")
    path = root / LANGUAGES_FILE
    listed_text = (
        path.read_text(encoding="utf-8") if path.exists() else "languages:\n  en: {name: English, status: shipped}\n"
    )
    if f"\n  {language}:" in listed_text:
        return
    if not name:
        raise CommandError(f"What do people who speak '{language}' call it? Say so with --name, as in --name Español.")
    path.write_text(f"{listed_text.rstrip()}\n  {language}: {{name: {name}, status: draft}}\n", encoding="utf-8")
