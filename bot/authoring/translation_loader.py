"""Read all translations, compare them with the English content, and return the content in another language."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.authoring.localization.translation_file import UNTRANSLATED, TranslationFile
from bot.authoring.localization.traversal import collect_units, translate
from bot.authoring.parsing.parse_context import ParseContext
from bot.authoring.parsing.readers.danger import read_danger
from bot.authoring.parsing.readers.style_guide import read_style_guide
from bot.authoring.parsing.readers.translations import HINTS_BY_CODE, TranslationReader
from bot.authoring.parsing.yaml_nodes import SourceSpan
from bot.model.bundle import BASE_LANGUAGE, content_key
from bot.model.content import Page, Phrases
from bot.model.diagnostics import Diagnostic, SourceLocation
from bot.model.flow import Flow
from bot.model.language import Language
from bot.model.style_guide import StyleGuide, Suppression
from bot.model.understanding import DangerWords

TranslatableContent = Mapping[str, Any]  # by file, such as "flows/safety.yaml", "content/coil.md"
GapsByLanguage = dict[str, list[Diagnostic]]  # what is still to be done, by language


def translation_path(language: str, file: str) -> str:
    """Return where the translation of *file* is: flows/es/safety.yaml."""
    folder, _, name = file.partition("/")
    return f"{folder}/{language}/{name}"


class TranslationSet:
    """All translations of the bundle: *files* holds them by language and by the file that each translates."""

    def __init__(
        self, languages: Mapping[str, Language], originals: TranslatableContent, files_with_errors: Collection[str] = ()
    ) -> None:
        self.languages, self.originals, self.files_with_errors = languages, originals, files_with_errors
        self.files: dict[str, dict[str, TranslationFile]] = {code: {} for code in languages if code != BASE_LANGUAGE}
        self.style_guides: dict[str, StyleGuide] = {}
        self.danger: dict[str, DangerWords] = {}
        self.gaps: GapsByLanguage = {code: [] for code in self.files}

    def read_all(self, contexts: Iterable[ParseContext]) -> None:
        """Read the translation files and note for each language which files are not translated at all."""
        for context in contexts:
            folder, language, name = context.source_file.file.split("/")
            if language not in self.files:
                hint = "a line in content/languages.yaml makes it one"
                context.report(SourceSpan(1, 1), "language", f"'{language}' is no language of this bot", hint)
            elif (folder, name) == ("content", "wording.yaml"):
                self.style_guides[language] = read_style_guide(context, language)
            elif (folder, name) == ("content", "danger.yaml"):
                self.danger[language] = read_danger(context, language)
            else:
                self._read_translation(context, language, f"{folder}/{name}")
        for language, translation_files in self.files.items():
            self.gaps[language] += _untranslated_files(language, translation_files, self.originals)

    def _read_translation(self, context: ParseContext, language: str, file: str) -> None:
        """Read one translation of *file*.

        What is not translated is a diagnostic in a language that ships, and a gap in a draft.
        """
        if file in self.files_with_errors:  # its own faults were reported
            self.files[language][file] = TranslationFile()
            return
        if file not in self.originals:
            context.report(
                SourceSpan(1, 1), "stray", f"there is no {file} to translate", context.suggest(file, self.originals)
            )
            return
        name = file.rpartition("/")[2].removesuffix(".yaml") if file.startswith("flows/") else file.rpartition("/")[2]
        reader = TranslationReader(context, language, content_key(name, language), collect_units(self.originals[file]))
        self.files[language][file] = reader.translation_file
        for code, position, message in reader.gaps:
            if self.languages[language].shipped:
                context.report(position, code, message)
            else:
                self.gaps[language].append(
                    Diagnostic(context.location_of(position), code, message, HINTS_BY_CODE[code])
                )

    def missing_file_diagnostics(self) -> Iterator[Diagnostic]:
        """Return the files that a language that ships does not translate at all."""
        return (gap for code, gaps in self.gaps.items() if self.languages[code].shipped for gap in gaps)

    def suppressions(self, languages: Collection[str]) -> Iterator[Suppression]:
        """Return the suppressions that the translations into these *languages* hold."""
        return (
            suppression
            for code in languages
            for translation_file in self.files.get(code, {}).values()
            for suppression in translation_file.suppressions
        )

    def translated(self, language: str, kind: type[Any]) -> Iterator[Any]:
        """Return all content of that *kind* in *language*; what is not translated stays in English."""
        for file, translation_file in self.files[language].items():
            original = self.originals[file]
            if isinstance(original, kind):
                translation = translate(original, translation_file.text_for)
                is_signable = isinstance(translation, Flow | Page | Phrases)
                yield (
                    replace(translation, language=language, review=translation_file.review)
                    if is_signable
                    else translation
                )


def _untranslated_files(
    language: str, translation_files: Mapping[str, TranslationFile], originals: TranslatableContent
) -> Iterator[Diagnostic]:
    """Return a diagnostic for each file with texts that *language* does not translate at all."""
    for file, original in originals.items():
        if file not in translation_files and collect_units(original):
            location = SourceLocation(translation_path(language, file), 1, 1)
            yield Diagnostic(
                location, UNTRANSLATED, "nothing of this file is translated", f"python -m bot translate new {language}"
            )
