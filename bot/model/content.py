"""The content beside the flows: pages, phrases, glossary, sources, emergency numbers, helplines, red flags."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.model.guards import Guard
from bot.model.review import Review
from bot.model.urgency import Urgency


@dataclass(frozen=True, slots=True)
class Source:
    """A source of a page's facts. *checked* is the day the page was compared with the project's source notes."""

    org: str
    title: str
    year: str
    code: str
    checked: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page to read: what helps, what to avoid, who to see and how soon, when to get help now.

    *text* is what people read, source codes taken out; it still holds placeholders. *cited* are those codes.
    """

    id: str
    title: str
    gist: str
    text: str
    sources: tuple[Source, ...]
    cited: tuple[str, ...] = ()
    topic: str = ""
    unverified: str = ""
    review: Review | None = None
    language: str = "en"
    button: str = ""
    asked: tuple[str, ...] = ()  # questions as people type them, which lead here; heard, and never shown

    @property
    def button_label(self) -> str:
        """The label of a button that opens the page."""
        return self.button or self.title


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject of the page catalog: *pages* are in the order in which they are read."""

    id: str
    pages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrases:
    """The bot's own phrases in one language: *texts* it sends, and lists of *words* it recognizes."""

    language: str
    texts: Mapping[str, str]
    words: Mapping[str, tuple[str, ...]]
    review: Review | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A glossary term and its explanation. *other_names* are recognized when typed, but never shown."""

    id: str
    term: str
    text: str
    other_names: tuple[str, ...] = ()
    source: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.term, *self.other_names)


@dataclass(frozen=True, slots=True)
class Reference:
    """A source that was read for this project. Facts cite its *code*; *extent_read* is how much of it was read."""

    code: str
    org: str
    title: str
    year: str
    extent_read: str


@dataclass(frozen=True, slots=True)
class CoverageClaim:
    """A claim of the articles this project began with, the verdict of guidance on it, and where the bot covers it.

    *guidance* is what is said instead. *carried_by* names pages, questions, states, flows, terms and phrases
    (`page:first_times`); it is empty where the claim is *left_out*, which then is the reason.
    """

    id: str
    verdict: str
    carried_by: tuple[str, ...] = ()
    guidance: str = ""
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class EmergencyNumber:
    """A country's emergency number. Empty where the sources disagree: no number is better than a wrong one."""

    country: str
    name: str
    number: str
    ambulance: str
    status: str
    other_numbers: str = ""


@dataclass(frozen=True, slots=True)
class Helpline:
    """A helpline for one *purpose*: `assault`, `crisis` or `child`."""

    purpose: str
    country: str
    name: str
    number: str
    contact: str = ""
    hours: str = ""
    status: str = ""
    international_number: str = ""  # the number in international form, as phones recognise it


@dataclass(frozen=True, slots=True)
class PhoneDirectory:
    """Emergency numbers and helplines by country. *eu_countries* share the helplines of the European Union."""

    emergency_numbers: Mapping[str, EmergencyNumber]
    helplines: tuple[Helpline, ...]
    fallback: Helpline
    eu_countries: frozenset[str] = frozenset()

    def find_helpline(self, purpose: str, country: str) -> Helpline:
        """Return the country's helpline for *purpose*, else the EU's, else the fallback; never one without contact."""
        areas = [country, "EU"] if country in self.eu_countries else [country]
        for area in areas:
            for helpline in self.helplines:
                if helpline.purpose == purpose and helpline.country == area and (helpline.number or helpline.contact):
                    return helpline
        return self.fallback


@dataclass(frozen=True, slots=True)
class RedFlag:
    """A red flag: the answers that raise it (*when*), and the urgency that an ending then must have.

    *unless* is a guard over answers that lift the requirement (a separate path); it is None for almost every flag.
    """

    id: str
    title: str
    required_urgency: Urgency
    when: Guard
    unless: Guard | None = None
