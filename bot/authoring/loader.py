"""Load the folders flows/ and content/ into a content bundle, or refuse them with every diagnostic."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from bot.authoring.parsing.content_folder import ContentFolder
from bot.authoring.parsing.name_resolution import NameResolver
from bot.authoring.parsing.parse_context import ParseContext
from bot.authoring.parsing.readers.coverage import read_coverage
from bot.authoring.parsing.readers.danger import read_danger
from bot.authoring.parsing.readers.emergency_numbers import read_helplines, read_numbers
from bot.authoring.parsing.readers.flows import read_flow
from bot.authoring.parsing.readers.glossary import read_glossary
from bot.authoring.parsing.readers.heard_languages import read_heard_languages
from bot.authoring.parsing.readers.intents import read_examples, read_intent_model, read_intents
from bot.authoring.parsing.readers.languages import BASE_LANGUAGE_ONLY, read_languages
from bot.authoring.parsing.readers.pages import read_page
from bot.authoring.parsing.readers.phrases import read_phrases
from bot.authoring.parsing.readers.promises import read_promises
from bot.authoring.parsing.readers.red_flags import read_red_flags
from bot.authoring.parsing.readers.services import read_services
from bot.authoring.parsing.readers.sources import read_sources
from bot.authoring.parsing.readers.style_guide import read_style_guide
from bot.authoring.parsing.readers.subjects import SUBJECTS_FILE as SUBJECTS
from bot.authoring.parsing.readers.subjects import read_subjects, report_unlisted_pages
from bot.authoring.parsing.source_file import SourceFile, decode_source_file
from bot.authoring.parsing.yaml_nodes import SourceSpan
from bot.authoring.translation_loader import TranslationSet
from bot.engine.information_mode import apply_information_mode, partly_unreachable_flows
from bot.engine.machine import build_machine
from bot.engine.understanding.phrase_index import build_phrase_index
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.clinic import ClinicService
from bot.model.content import (
    CoverageClaim,
    EmergencyNumber,
    Helpline,
    Page,
    PhoneDirectory,
    Phrases,
    RedFlag,
    Reference,
    Subject,
    Term,
)
from bot.model.diagnostics import Diagnostic, DiagnosticsError, SourceMap
from bot.model.flow import Flow
from bot.model.language import Language
from bot.model.promises import Promises
from bot.model.remaining_questions import REMAINING_FILE, RemainingQuestions, hash_shape
from bot.model.signoff import with_signoffs
from bot.model.style_guide import StyleGuide, Suppression
from bot.model.understanding import Vocabulary

DIRECTORY_FILES = {"content/numbers.yaml", "content/helplines.yaml"}  # both are translated in content/<xx>/places.yaml


def content_root() -> Path:
    """Return the folder that holds flows/ and content/: the one shipped in the wheel, else the project's own."""
    package = Path(__file__).resolve().parent.parent
    shipped = package / "shipped"
    return shipped if shipped.is_dir() else package.parent


def load_bundle(root: Path, today: str = "", include_drafts: bool = False) -> tuple[ContentBundle, SourceMap]:
    """Load everything under *root* and return the content bundle with its source map.

    Raises DiagnosticsError with all that is wrong anywhere.
    *today* (YYYY-MM-DD) is what signatures are held against; without it nothing counts as signed.
    With *include_drafts* the languages that do not ship yet can be chosen, too.
    """
    content_folder = ContentFolder(root)
    builder = BundleBuilder(decode_source_file(file, data) for file, data in content_folder.files.items())
    if diagnostics := [*content_folder.diagnostics, *builder.collect_diagnostics()]:
        raise DiagnosticsError(diagnostics)
    bundle = replace(
        builder.build(content_folder.version, include_drafts),
        remaining_questions=_load_remaining_questions(content_folder, builder.flows),
    )
    return with_signoffs(bundle, today), builder.source_map()


def _load_remaining_questions(content_folder: ContentFolder, flows: Mapping[str, Flow]) -> RemainingQuestions:
    """Return how many questions may follow, if the stored record fits these flows; else an empty record."""
    try:
        return RemainingQuestions.from_json(
            (content_folder.root / REMAINING_FILE).read_text(encoding="utf-8"), hash_shape(flows)
        )
    except (OSError, ValueError):
        return RemainingQuestions()


def load_single_flow(data: bytes, file: str) -> Flow:
    """Load the one flow in *data*, the bytes of *file*; raise DiagnosticsError if it has faults.

    Names of other flows and of pages are not checked.
    """
    builder = BundleBuilder([decode_source_file(file, data)])
    (flow,) = builder.flows.values()
    if diagnostics := builder.collect_diagnostics(only_flow=flow.name):
        raise DiagnosticsError(diagnostics)
    return flow


class BundleBuilder:
    """Builder of a content bundle: it reads each source file with the reader of its kind.

    What it has read is complete only when `collect_diagnostics` returns nothing.
    """

    def __init__(self, source_files: Iterable[SourceFile]) -> None:
        """Read all *source_files*, translations last."""
        self.contexts: list[ParseContext] = []
        self.translation_contexts: list[ParseContext] = []  # translations: read last
        self.languages: Mapping[str, Language] = BASE_LANGUAGE_ONLY
        self.flows: dict[str, Flow] = {}
        self.pages: dict[str, Page] = {}
        self.phrases = Phrases(BASE_LANGUAGE, {}, {})
        self.emergency_numbers: Mapping[str, EmergencyNumber] = {}
        self.phone_directory = PhoneDirectory({}, (), Helpline("", "", "", ""))
        self.red_flags: tuple[RedFlag, ...] = ()
        self.promises = Promises()
        self.glossary: Mapping[str, Term] = {}
        self.sources: Mapping[str, Reference] = {}
        self.coverage: Mapping[str, CoverageClaim] = {}
        self.style_guides: Mapping[str, StyleGuide] = {}
        self.services: Mapping[str, ClinicService] = {}
        self.subjects: tuple[Subject, ...] = ()
        self.vocabulary = Vocabulary()
        for source_file in source_files:
            self._read_file(ParseContext(source_file))
        self.translations = TranslationSet(self.languages, self.translatable_content(), self._files_with_errors())
        self.translations.read_all(self.translation_contexts)

    def translatable_content(self) -> dict[str, object]:
        """Return everything that can be translated, by its file."""
        return {
            **{f"flows/{name}.yaml": flow for name, flow in self.flows.items()},
            **{f"content/{id}.md": page for id, page in self.pages.items()},
            "content/phrases.yaml": self.phrases,
            "content/glossary.yaml": self.glossary,
            "content/places.yaml": replace(self.phone_directory, emergency_numbers=self.emergency_numbers),
        }

    def _files_with_errors(self) -> set[str]:
        """Return the files with diagnostics of their own: no translation can be compared with them."""
        with_errors = {context.source_file.file for context in self.contexts if context.diagnostics}
        return with_errors | ({"content/places.yaml"} if with_errors & DIRECTORY_FILES else set())

    def _read_file(self, context: ParseContext) -> None:
        """Read one file with the reader of its kind; set a translation aside for later."""
        if context.source_file.file.count("/") > 1:
            self.translation_contexts.append(context)
            return
        self.contexts.append(context)
        match context.source_file.file.partition("/"):
            case _, _, file if file.endswith(".md"):
                self.pages[context.file_stem] = read_page(context)
            case "flows", _, "red_flags.yaml":
                self.red_flags = read_red_flags(context)
            case "flows", _, "promises.yaml":
                self.promises = read_promises(context)
            case "flows", _, _:
                self.flows[context.file_stem] = read_flow(context)
            case _, _, "subjects.yaml":
                self.subjects = read_subjects(context)
            case _, _, file:
                self._read_list_file(file, context)

    def _read_list_file(self, file: str, context: ParseContext) -> None:
        """Read one list of content/ with the reader that its file name calls for."""
        match file:
            case "phrases.yaml":
                self.phrases = read_phrases(context)
            case "numbers.yaml":
                self.emergency_numbers = read_numbers(context)
            case "helplines.yaml":
                self.phone_directory = read_helplines(context)
            case "glossary.yaml":
                self.glossary = read_glossary(context)
            case "sources.yaml":
                self.sources = read_sources(context)
            case "coverage.yaml":
                self.coverage = read_coverage(context)
            case "services.yaml":
                self.services = read_services(context)
            case "languages.yaml":
                self.languages = read_languages(context)
            case "wording.yaml":
                self.style_guides = {BASE_LANGUAGE: read_style_guide(context)}
            case _:
                self._read_vocabulary_file(file, context)

    def _read_vocabulary_file(self, file: str, context: ParseContext) -> None:
        """Read one file of those by which typed words are understood."""
        match file:
            case "danger.yaml":
                self.vocabulary = replace(self.vocabulary, danger={BASE_LANGUAGE: read_danger(context)})
            case "heard.yaml":
                self.vocabulary = replace(self.vocabulary, heard=read_heard_languages(context))
            case "intents.yaml":
                self.vocabulary = replace(self.vocabulary, intents=read_intents(context))
            case "examples.tsv":
                self.vocabulary = replace(self.vocabulary, examples=read_examples(context))
            case "intents.json":
                self.vocabulary = replace(self.vocabulary, model=read_intent_model(context))
            case _:
                context.report(SourceSpan(1, 1), "stray", "nobody reads this")

    def collect_diagnostics(self, only_flow: str = "") -> list[Diagnostic]:
        """Check all references and return the diagnostics of all files.

        With *only_flow* only the names of that flow are looked up, and untranslated files are not reported.
        """
        declared = {key for context in self.contexts for key in context.declarations}
        unreadable_flows = self.flows.keys() - {key[0] for key in declared if len(key) > 1}  # no state was read
        resolver = NameResolver(declared, self.flows, unreadable_flows)
        for context in self.contexts:
            resolver.check_references(context, only_flow)
            if context.source_file.file == SUBJECTS:
                report_unlisted_pages(context, self.subjects, self.pages)
        diagnostics = [
            diagnostic for context in (*self.contexts, *self.translation_contexts) for diagnostic in context.diagnostics
        ]
        return diagnostics if only_flow else [*diagnostics, *self.translations.missing_file_diagnostics()]

    def source_map(self) -> SourceMap:
        """Return the source map: where each declared name and each line of text is written."""
        contexts = (*self.contexts, *self.translation_contexts)
        declared = {
            key: context.location_of(position) for context in contexts for key, position in context.declarations.items()
        }
        return declared | {key: location for context in contexts for key, location in context.text_line_locations()}

    def _build_vocabulary(self) -> Vocabulary:
        """Return what typed words are understood by: danger is heard in every language, also in drafts."""
        danger = {**self.vocabulary.danger, **self.translations.danger}
        index = build_phrase_index(danger.values(), self.vocabulary.heard.values(), self.emergency_numbers.values())
        return replace(self.vocabulary, danger=danger, index=index)

    def build(self, version: str, include_drafts: bool = False) -> ContentBundle:
        """Build the content bundle of this *version* with all languages that ship, or also with drafts."""
        languages = {code: language for code, language in self.languages.items() if language.shipped or include_drafts}
        other_languages = [code for code in languages if code != BASE_LANGUAGE]
        translated, flows = self.translations.translated, self._flows_by_language(other_languages)
        return ContentBundle(
            version=version,
            flows=flows,
            machines={name: build_machine(flow) for name, flow in flows[BASE_LANGUAGE].items()},
            partly_unreachable_flows=partly_unreachable_flows(self.flows),
            pages=self._pages_by_language(other_languages),
            phrases={BASE_LANGUAGE: self.phrases}
            | {code: phrases for code in other_languages for phrases in translated(code, Phrases)},
            phone_directory=replace(self.phone_directory, emergency_numbers=self.emergency_numbers),
            red_flags=self.red_flags,
            promises=self.promises,
            glossary={BASE_LANGUAGE: self.glossary}
            | {code: terms for code in other_languages for terms in translated(code, dict)},
            sources=self.sources,
            coverage=self.coverage,
            style_guides=self._style_guides(languages),
            services=self.services,
            subjects=self.subjects,
            vocabulary=self._build_vocabulary(),
            suppressions=self._suppressions(other_languages),
            languages=languages,
            translated_directories={
                code: directory for code in other_languages for directory in translated(code, PhoneDirectory)
            },
            translation_gaps=tuple(gap for code in other_languages for gap in self.translations.gaps[code]),
        )

    def _flows_by_language(self, other_languages: Iterable[str]) -> dict[str, dict[str, Flow]]:
        """Return the flows in English and in other languages; those in information mode only inform."""
        flows = {
            code: {flow.name: flow for flow in self.translations.translated(code, Flow)} for code in other_languages
        }
        return {
            code: {name: apply_information_mode(flow) for name, flow in flows_by_name.items()}
            for code, flows_by_name in ({BASE_LANGUAGE: self.flows} | flows).items()
        }

    def _pages_by_language(self, other_languages: Iterable[str]) -> dict[str, dict[str, Page]]:
        """Return the pages in English and in other languages."""
        return {BASE_LANGUAGE: self.pages} | {
            code: {page.id: page for page in self.translations.translated(code, Page)} for code in other_languages
        }

    def _style_guides(self, languages: Collection[str]) -> dict[str, StyleGuide]:
        """Return the style guides of these languages."""
        translated = self.translations.style_guides.items()
        return {**self.style_guides, **{code: guide for code, guide in translated if code in languages}}

    def _suppressions(self, other_languages: list[str]) -> tuple[Suppression, ...]:
        """Return the suppressions in English files and in those of other languages."""
        in_english = (suppression for context in self.contexts for suppression in context.suppressions)
        return (*in_english, *self.translations.suppressions(other_languages))
