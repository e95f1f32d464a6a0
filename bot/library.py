"""Everything that was written, read once, checked and never changed: flows, their machines, pages, phrases, numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from transitions import Machine

from bot.clinics import Outside, Service
from bot.content import Claim, Page, Phrases, Places, RedFlag, Reference, Subject, Term
from bot.flow import Flow, Return
from bot.languages import Language, short
from bot.manners import Manners, Silence
from bot.problem import Problem
from bot.promises import Promises
from bot.remaining import Remaining

BASE = "en"  # the language the flows themselves are written in
CHOOSER = "chooser"  # the flow that an ordinary start leads to


def filed(name: str, language: str) -> str:
    """What a flow or a file is filed under: `safety`, `coil.md`, and in another language `es/safety`, `es/coil.md`."""
    return name if language == BASE else f"{language}/{name}"


@dataclass(frozen=True, slots=True)
class Library:
    """*version* is the hash of every byte it was read from: the same version and events give the same messages.

    Flows, pages and phrases are keyed by language, then by name. Machines have none: words differ, arrows do not.
    *languages* are those that can be chosen, and *untranslated* is what the drafts among them still say in English.
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
    names: Mapping[str, Places] = field(default_factory=dict)  # the places again, named in other languages
    untranslated: tuple[Problem, ...] = ()
    services: Mapping[str, Service] = field(default_factory=dict)
    subjects: tuple[Subject, ...] = ()
    resting: frozenset[str] = frozenset()  # flows of which some may not be met, as another gives information only
    information: bool = False  # whether the whole bot only informs; see `bot.information`
    outside: Outside = field(default_factory=Outside)  # not written here, nor part of the version; see `at`
    remaining: Remaining = field(default_factory=Remaining)  # found by the proof, and kept beside it
    signed: frozenset[str] = frozenset()  # what a reviewer has truly signed, as it is filed; see `bot.signing`
    reviewed: frozenset[str] = frozenset()  # the languages in which everything that people read is signed

    def at(self, outside: Outside) -> "Library":
        """The same words with the clinics and the time of one event, so that a step stays pure at any hour."""
        return replace(self, outside=outside)

    @property
    def spoken(self) -> tuple[str, ...]:
        """Every language in which anything is said, the base language first."""
        return tuple(dict.fromkeys((BASE, *self.languages, *self.phrases)))

    def flow(self, name: str, language: str = BASE) -> Flow:
        """The flow in *language*, else in the base language."""
        return self.flows.get(language, {}).get(name) or self.flows[BASE][name]

    def entrance(self, name: str) -> str:
        """The flow that a start with *name* leads to: that flow where it stands alone, else the chooser."""
        return name if name in self.entrances else CHOOSER

    @property
    def entrances(self) -> tuple[str, ...]:
        """Where a conversation may begin: a flow that hands back to its caller cannot stand alone."""
        flows = self.flows[BASE].values()
        alone = (flow.name for flow in flows if not any(isinstance(state, Return) for state in flow.states.values()))
        return CHOOSER, *alone

    def page(self, id: str, language: str = BASE) -> Page:
        return self.pages.get(language, {}).get(id) or self.pages[BASE][id]

    def terms(self, language: str = BASE) -> Mapping[str, Term]:
        """The glossary; a term that is not translated is explained in the base language."""
        return {**self.glossary.get(BASE, {}), **self.glossary.get(language, {})}

    def places_in(self, language: str) -> Places:
        """Every place with its numbers, named in *language* as far as somebody has."""
        return self.names.get(language, self.places)

    def language_of(self, tag: str) -> str:
        """The language that can be chosen by a code or an app's tag such as "es-MX"; nothing where none is."""
        return code if (code := short(tag)) in self.languages else ""

    def ships(self, language: str) -> bool:
        """Whether everybody can choose *language*; a draft's rules of speech may come with its last words."""
        return language not in self.languages or self.languages[language].shipped

    def rightward(self, language: str) -> bool:
        """Whether *language* is read from left to right."""
        return language not in self.languages or self.languages[language].rightward

    def voice(self, language: str) -> Phrases:
        return self.phrases.get(language) or self.phrases[BASE]

    def text(self, name: str, language: str = BASE) -> str:
        """One of the bot's own phrases; one that is not translated falls back to the base language.

        Where the whole bot only informs, a phrase may have another that takes its place: `hello_information`.
        """
        instead = f"{name}_information"
        if self.information and instead in self.phrases[BASE].texts:
            name = instead
        return self.voice(language).texts.get(name) or self.phrases[BASE].texts[name]
