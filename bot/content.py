"""What stands beside the flows: pages, phrases, the glossary, sources, emergency numbers, helplines, red flags."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.review import Review
from bot.urgency import Urgency
from bot.when import When


@dataclass(frozen=True, slots=True)
class Source:
    """Where a page's facts come from. *checked* is the day the page was compared with the project's source notes."""

    org: str
    title: str
    year: str
    code: str
    checked: str


@dataclass(frozen=True, slots=True)
class Page:
    """A reading page: what helps, what to leave, who to see and how soon, when to get help now.

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

    @property
    def label(self) -> str:
        """What a button to the page says."""
        return self.button or self.title


@dataclass(frozen=True, slots=True)
class Subject:
    """A shelf of the small library that the pages are: *pages* stand in the order in which they are read."""

    id: str
    pages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrases:
    """The bot's own words in one language: *texts* it says, and lists of *words* that it listens for."""

    language: str
    texts: Mapping[str, str]
    words: Mapping[str, tuple[str, ...]]
    review: Review | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A word that not everybody knows, explained once. *also* are its other names and forms, heard but never shown."""

    id: str
    term: str
    text: str
    also: tuple[str, ...] = ()
    source: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.term, *self.also)


@dataclass(frozen=True, slots=True)
class Reference:
    """Something that was read for this project, by the code that facts are marked with. *seen* is how much of it."""

    code: str
    org: str
    title: str
    year: str
    seen: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of the articles this project began with, what guidance makes of it, and what carries the point here.

    *carried_by* names pages, questions, states, flows, terms and phrases (`page:first_times`); it is empty where the
    claim is *left_out*, which then is the reason.
    """

    id: str
    verdict: str
    carried_by: tuple[str, ...] = ()
    says: str = ""
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class EmergencyNumber:
    """A country's emergency number. Empty where the sources disagree: no number is better than a wrong one."""

    country: str
    name: str
    number: str
    ambulance: str
    status: str
    also: str = ""


@dataclass(frozen=True, slots=True)
class Helpline:
    """Somebody to talk to: for `assault`, `crisis` or `child`."""

    purpose: str
    country: str
    name: str
    number: str
    contact: str = ""
    hours: str = ""
    status: str = ""
    international: str = ""  # the same number as it is dialled from abroad, and as phones recognise it


@dataclass(frozen=True, slots=True)
class Places:
    """What depends on the country a person picked."""

    numbers: Mapping[str, EmergencyNumber]
    helplines: tuple[Helpline, ...]
    fallback: Helpline
    eu: frozenset[str] = frozenset()

    def helpline(self, purpose: str, country: str) -> Helpline:
        """The line of that country for *purpose*, else the Union's, else the fallback; only lines with a number."""
        wanted = [country, "EU"] if country in self.eu else [country]
        for place in wanted:
            for line in self.helplines:
                if line.purpose == purpose and line.country == place and (line.number or line.contact):
                    return line
        return self.fallback


@dataclass(frozen=True, slots=True)
class RedFlag:
    """A row of the red-flag list, as data: what people answered when it is true, and the urgency it then needs.

    *unless* names answers that lift the need (a pathway of its own), and is None for almost every row.
    """

    id: str
    title: str
    needs: Urgency
    when: When
    unless: When | None = None
