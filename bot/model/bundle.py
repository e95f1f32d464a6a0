"""The content bundle: all flows, machines, pages, phrases and numbers of one version, checked and immutable."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from transitions import Machine

from bot.model.clinic import Outside, Service
from bot.model.content import Claim, Page, Phrases, Places, RedFlag, Reference, Subject, Term
from bot.model.diagnostics import Problem
from bot.model.flow import Flow, Return
from bot.model.language import Language, short
from bot.model.promises import Promises
from bot.model.remaining_questions import Remaining
from bot.model.style_guide import Manners, Silence

BASE = "en"  # the language the flows themselves are written in
CHOOSER = "chooser"  # the flow that a start without a flow leads to


def filed(name: str, language: str) -> str:
    """Return the key of a flow or a file: `safety`, `coil.md`; in another language `es/safety`, `es/coil.md`."""
    return name if language == BASE else f"{language}/{name}"


@dataclass(frozen=True, slots=True)
class Library:
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
    places: Places
    red_flags: tuple[RedFlag, ...] = ()
    promises: Promises = field(default_factory=Promises)
    glossary: Mapping[str, Mapping[str, Term]] = field(default_factory=dict)
    sources: Mapping[str, Reference] = field(default_factory=dict)
    coverage: Mapping[str, Claim] = field(default_factory=dict)
    manners: Mapping[str, Manners] = field(default_factory=dict)
    silences: tuple[Silence, ...] = ()
    languages: Mapping[str, Language] = field(default_factory=dict)
    names: Mapping[str, Places] = field(default_factory=dict)  # phone directories in other languages
    untranslated: tuple[Problem, ...] = ()
    services: Mapping[str, Service] = field(default_factory=dict)
    subjects: tuple[Subject, ...] = ()
    resting: frozenset[str] = frozenset()  # flows that inform only, and those they run: partly unreachable
    information: bool = False  # whether the whole bot only informs; see `bot.engine.information_mode`
    outside: Outside = field(default_factory=Outside)  # not part of the version; see `with_environment`
    remaining: Remaining = field(default_factory=Remaining)  # computed by the proof, and stored beside it
    signed: frozenset[str] = frozenset()  # keys of what has a valid sign-off; see `bot.model.signoff`
    reviewed: frozenset[str] = frozenset()  # the languages in which everything that people read is signed

    def at(self, outside: Outside) -> "Library":
        """Return this bundle with the clinics and the time of one event, so that a step stays a pure function."""
        return replace(self, outside=outside)

    @property
    def spoken(self) -> tuple[str, ...]:
        """Every language that has any text, the base language first."""
        return tuple(dict.fromkeys((BASE, *self.languages, *self.phrases)))

    def flow(self, name: str, language: str = BASE) -> Flow:
        """Return the flow in *language*, else in the base language."""
        return self.flows.get(language, {}).get(name) or self.flows[BASE][name]

    def entrance(self, name: str) -> str:
        """Return the flow that a start with *name* leads to: that flow if it can stand alone, else the chooser."""
        return name if name in self.entrances else CHOOSER

    @property
    def entrances(self) -> tuple[str, ...]:
        """The flows where a conversation may begin: a flow that returns to its caller cannot stand alone."""
        flows = self.flows[BASE].values()
        alone = (flow.name for flow in flows if not any(isinstance(state, Return) for state in flow.states.values()))
        return CHOOSER, *alone

    def page(self, id: str, language: str = BASE) -> Page:
        """Return the page in *language*, else in the base language."""
        return self.pages.get(language, {}).get(id) or self.pages[BASE][id]

    def terms(self, language: str = BASE) -> Mapping[str, Term]:
        """Return the glossary in *language*; a term without a translation is explained in the base language."""
        return {**self.glossary.get(BASE, {}), **self.glossary.get(language, {})}

    def places_in(self, language: str) -> Places:
        """Return the phone directory with names in *language* where they are translated, else in the base language."""
        return self.names.get(language, self.places)

    def language_of(self, tag: str) -> str:
        """Return the code of the selectable language for a tag such as "es-MX"; "" if there is none."""
        return code if (code := short(tag)) in self.languages else ""

    def ships(self, language: str) -> bool:
        """Whether every user can choose *language*; a draft's style guide may be added last."""
        return language not in self.languages or self.languages[language].shipped

    def rightward(self, language: str) -> bool:
        """Whether *language* is read from left to right."""
        return language not in self.languages or self.languages[language].rightward

    def voice(self, language: str) -> Phrases:
        """Return the bot's own phrases in *language*, else in the base language."""
        return self.phrases.get(language) or self.phrases[BASE]

    def text(self, name: str, language: str = BASE) -> str:
        """Return one of the bot's own phrases; without a translation it is in the base language.

        Where the whole bot only informs, a phrase may be replaced by a variant: `hello_information`.
        """
        instead = f"{name}_information"
        if self.information and instead in self.phrases[BASE].texts:
            name = instead
        return self.voice(language).texts.get(name) or self.phrases[BASE].texts[name]
