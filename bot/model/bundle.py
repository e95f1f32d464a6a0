"""The content bundle: all flows, machines, pages, phrases and numbers of one version, checked and immutable."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from transitions import Machine

from bot.model.clinic import ClinicService, Environment
from bot.model.content import CoverageClaim, Page, PhoneDirectory, Phrases, RedFlag, Reference, Subject, Term
from bot.model.diagnostics import Diagnostic
from bot.model.flow import Flow, Return
from bot.model.language import Language, primary_subtag
from bot.model.promises import Promises
from bot.model.remaining_questions import RemainingQuestions
from bot.model.style_guide import StyleGuide, Suppression
from bot.model.understanding import Vocabulary

BASE_LANGUAGE = "en"  # the language the flows themselves are written in
CHOOSER_FLOW = "chooser"  # the flow that a start without a flow leads to


def content_key(name: str, language: str) -> str:
    """Return the key of a flow or a file: `safety`, `coil.md`; in another language `es/safety`, `es/coil.md`."""
    return name if language == BASE_LANGUAGE else f"{language}/{name}"


@dataclass(frozen=True, slots=True)
class ContentBundle:
    """The bundle: all flows, pages and texts of one version, immutable and named by its hash.

    *version* is the hash of every byte it was read from: the same version and events give the same messages.
    Flows, pages and phrases are keyed by language, then by name. Machines have no language: texts differ by
    language, transitions do not. *languages* are those that can be chosen; *translation_gaps* are the texts that
    the draft languages among them still show in English.
    """

    version: str
    flows: Mapping[str, Mapping[str, Flow]]
    machines: Mapping[str, Machine]
    pages: Mapping[str, Mapping[str, Page]]
    phrases: Mapping[str, Phrases]
    phone_directory: PhoneDirectory
    red_flags: tuple[RedFlag, ...] = ()
    promises: Promises = field(default_factory=Promises)
    glossary: Mapping[str, Mapping[str, Term]] = field(default_factory=dict)
    sources: Mapping[str, Reference] = field(default_factory=dict)
    coverage: Mapping[str, CoverageClaim] = field(default_factory=dict)
    style_guides: Mapping[str, StyleGuide] = field(default_factory=dict)
    suppressions: tuple[Suppression, ...] = ()
    languages: Mapping[str, Language] = field(default_factory=dict)
    translated_directories: Mapping[str, PhoneDirectory] = field(
        default_factory=dict
    )  # phone directories in other languages
    translation_gaps: tuple[Diagnostic, ...] = ()
    services: Mapping[str, ClinicService] = field(default_factory=dict)
    subjects: tuple[Subject, ...] = ()
    vocabulary: Vocabulary = field(default_factory=Vocabulary)  # what typed words are understood by
    partly_unreachable_flows: frozenset[str] = (
        frozenset()
    )  # flows that inform only, and those they run: partly unreachable
    information_only: bool = False  # whether the whole bot only informs; see `bot.engine.information_mode`
    environment: Environment = field(default_factory=Environment)  # not part of the version; see `with_environment`
    remaining_questions: RemainingQuestions = field(
        default_factory=RemainingQuestions
    )  # computed by the proof, and stored beside it
    signed_keys: frozenset[str] = frozenset()  # keys of what has a valid sign-off; see `bot.model.signoff`
    reviewed_languages: frozenset[str] = frozenset()  # the languages in which everything that people read is signed

    def with_environment(self, environment: Environment) -> "ContentBundle":
        """Return this bundle with the clinics and the time of one event, so that a step stays a pure function."""
        return replace(self, environment=environment)

    @property
    def all_languages(self) -> tuple[str, ...]:
        """Every language that has any text, the base language first."""
        return tuple(dict.fromkeys((BASE_LANGUAGE, *self.languages, *self.phrases)))

    def flow(self, name: str, language: str = BASE_LANGUAGE) -> Flow:
        """Return the flow in *language*, else in the base language."""
        return self.flows.get(language, {}).get(name) or self.flows[BASE_LANGUAGE][name]

    def entry_flow(self, name: str) -> str:
        """Return the flow that a start with *name* leads to: that flow if it can stand alone, else the chooser."""
        return name if name in self.entry_flows else CHOOSER_FLOW

    @property
    def entry_flows(self) -> tuple[str, ...]:
        """The flows where a conversation may begin: a flow that returns to its caller cannot stand alone."""
        flows = self.flows[BASE_LANGUAGE].values()
        standalone = (
            flow.name for flow in flows if not any(isinstance(state, Return) for state in flow.states.values())
        )
        return CHOOSER_FLOW, *standalone

    def page(self, page_id: str, language: str = BASE_LANGUAGE) -> Page:
        """Return the page in *language*, else in the base language."""
        return self.pages.get(language, {}).get(page_id) or self.pages[BASE_LANGUAGE][page_id]

    def terms(self, language: str = BASE_LANGUAGE) -> Mapping[str, Term]:
        """Return the glossary in *language*; a term without a translation is explained in the base language."""
        return {**self.glossary.get(BASE_LANGUAGE, {}), **self.glossary.get(language, {})}

    def phone_directory_in(self, language: str) -> PhoneDirectory:
        """Return the phone directory with names in *language* where they are translated, else in the base language."""
        return self.translated_directories.get(language, self.phone_directory)

    def selectable_language(self, tag: str) -> str:
        """Return the code of the selectable language for a tag such as "es-MX"; "" if there is none."""
        return code if (code := primary_subtag(tag)) in self.languages else ""

    def is_shipped(self, language: str) -> bool:
        """Whether every user can choose *language*; a draft's style guide may be added last."""
        return language not in self.languages or self.languages[language].shipped

    def is_left_to_right(self, language: str) -> bool:
        """Whether *language* is read from left to right."""
        return language not in self.languages or self.languages[language].is_left_to_right

    def phrases_in(self, language: str) -> Phrases:
        """Return the bot's own phrases in *language*, else in the base language."""
        return self.phrases.get(language) or self.phrases[BASE_LANGUAGE]

    def text(self, name: str, language: str = BASE_LANGUAGE) -> str:
        """Return one of the bot's own phrases; without a translation it is in the base language.

        Where the whole bot only informs, a phrase may be replaced by a variant: `hello_information`.
        """
        information_name = f"{name}_information"
        if self.information_only and information_name in self.phrases[BASE_LANGUAGE].texts:
            name = information_name
        return self.phrases_in(language).texts.get(name) or self.phrases[BASE_LANGUAGE].texts[name]
