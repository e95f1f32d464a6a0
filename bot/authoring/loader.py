"""Load the folders flows/ and content/ into a content bundle, or refuse them with every diagnostic."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from bot.authoring.parsing.content_folder import Folder
from bot.authoring.parsing.name_resolution import Names
from bot.authoring.parsing.parse_context import Key, Reading
from bot.authoring.parsing.readers.coverage import read_coverage
from bot.authoring.parsing.readers.emergency_numbers import read_helplines, read_numbers
from bot.authoring.parsing.readers.flows import read_flow
from bot.authoring.parsing.readers.glossary import read_glossary
from bot.authoring.parsing.readers.languages import ALONE, read_languages
from bot.authoring.parsing.readers.pages import read_page
from bot.authoring.parsing.readers.phrases import read_phrases
from bot.authoring.parsing.readers.promises import read_promises
from bot.authoring.parsing.readers.red_flags import read_red_flags
from bot.authoring.parsing.readers.services import read_services
from bot.authoring.parsing.readers.sources import read_sources
from bot.authoring.parsing.readers.style_guide import read_manners
from bot.authoring.parsing.readers.subjects import FILE as SUBJECTS
from bot.authoring.parsing.readers.subjects import read_subjects, tell_unlisted
from bot.authoring.parsing.source_file import Sheet, sheet
from bot.authoring.parsing.yaml_nodes import Mark
from bot.authoring.translation_loader import Tongues
from bot.engine.information_mode import as_met, resting
from bot.engine.machine import rule_book
from bot.model.bundle import BASE, Library
from bot.model.clinic import Service
from bot.model.content import Claim, EmergencyNumber, Helpline, Page, Phrases, Places, RedFlag, Reference, Subject, Term
from bot.model.diagnostics import Faulty, Place, Problem
from bot.model.flow import Flow
from bot.model.language import Language
from bot.model.promises import Promises
from bot.model.remaining_questions import FILE, Remaining, shape
from bot.model.signoff import signed
from bot.model.style_guide import Manners

Atlas = Mapping[Key, Place]
"""Where everything is written: a source location for each key, so that a later diagnostic can point there.

The keys are:

("flow",), ("flow", "state"), ("flow", "state", "option"), ("flow", "rule", index from 0), ("page.md",), ("R01",) and
("promises.yaml", "promise"); ("phrases.yaml", "phrase"), ("glossary.yaml", "term") and ("sources.yaml", "S01"). Some
of their fields have a key of their own: ("flow", "state", "", "only_if"), ("R01", "", "when"). Each line of each text
that people read has the key ("flows/flow.yaml", the whole text, its occurrence in that file from 0, the number of the
line from 0).
"""


PLACES = {"content/numbers.yaml", "content/helplines.yaml"}  # translated in content/<xx>/places.yaml


def home() -> Path:
    """Return the folder that holds flows/ and content/: the one shipped in the wheel, else the project's own."""
    package = Path(__file__).resolve().parent.parent
    shipped = package / "shipped"
    return shipped if shipped.is_dir() else package.parent


def load(home: Path, today: str = "", drafts: bool = False) -> tuple[Library, Atlas]:
    """Load everything under *root* and return the content bundle with its source map.

    Raises DiagnosticsError with all that is wrong anywhere.
    *today* (YYYY-MM-DD) is what signatures are held against; without it nothing counts as signed.
    With *include_drafts* the languages that do not ship yet can be chosen, too.
    """
    folder = Folder(home)
    shelf = Shelf(sheet(file, data) for file, data in folder.files.items())
    if problems := [*folder.problems, *shelf.problems()]:
        raise Faulty(problems)
    library = replace(shelf.library(folder.version, drafts), remaining=_remaining(folder, shelf.flows))
    return signed(library, today), shelf.atlas()


def _remaining(folder: Folder, flows: Mapping[str, Flow]) -> Remaining:
    """Return how many questions may follow, if the stored record fits these flows; else an empty record."""
    try:
        return Remaining.from_json((folder.root / FILE).read_text(encoding="utf-8"), shape(flows))
    except (OSError, ValueError):
        return Remaining()


def flow_alone(data: bytes, file: str) -> Flow:
    """Load the one flow in *data*, the bytes of *file*; raise DiagnosticsError if it has faults.

    Names of other flows and of pages are not checked.
    """
    shelf = Shelf([sheet(file, data)])
    (flow,) = shelf.flows.values()
    if problems := shelf.problems(only=flow.name):
        raise Faulty(problems)
    return flow


class Shelf:
    """Builder of a content bundle: it reads each source file with the reader of its kind.

    What it has read is complete only when `collect_diagnostics` returns nothing.
    """

    def __init__(self, sheets: Iterable[Sheet]) -> None:
        """Read all *source_files*, translations last."""
        self.readings: list[Reading] = []
        self.foreign: list[Reading] = []  # translations: read last
        self.languages: Mapping[str, Language] = ALONE
        self.flows: dict[str, Flow] = {}
        self.pages: dict[str, Page] = {}
        self.phrases = Phrases(BASE, {}, {})
        self.numbers: Mapping[str, EmergencyNumber] = {}
        self.places = Places({}, (), Helpline("", "", "", ""))
        self.red_flags: tuple[RedFlag, ...] = ()
        self.promises = Promises()
        self.glossary: Mapping[str, Term] = {}
        self.sources: Mapping[str, Reference] = {}
        self.coverage: Mapping[str, Claim] = {}
        self.manners: Mapping[str, Manners] = {}
        self.services: Mapping[str, Service] = {}
        self.subjects: tuple[Subject, ...] = ()
        for one in sheets:
            self._add(Reading(one))
        self.tongues = Tongues(self.languages, self.originals(), self._spoilt())
        self.tongues.read(self.foreign)

    def originals(self) -> dict[str, object]:
        """Return everything that can be translated, by its file."""
        return {
            **{f"flows/{name}.yaml": flow for name, flow in self.flows.items()},
            **{f"content/{id}.md": page for id, page in self.pages.items()},
            "content/phrases.yaml": self.phrases,
            "content/glossary.yaml": self.glossary,
            "content/places.yaml": replace(self.places, numbers=self.numbers),
        }

    def _spoilt(self) -> set[str]:
        """Return the files with diagnostics of their own: no translation can be compared with them."""
        spoilt = {reading.sheet.file for reading in self.readings if reading.problems}
        return spoilt | ({"content/places.yaml"} if spoilt & PLACES else set())

    def _add(self, reading: Reading) -> None:
        """Read one file with the reader of its kind; set a translation aside for later."""
        if reading.sheet.file.count("/") > 1:
            self.foreign.append(reading)
            return
        self.readings.append(reading)
        match reading.sheet.file.partition("/"):
            case _, _, file if file.endswith(".md"):
                self.pages[reading.id] = read_page(reading)
            case "flows", _, "red_flags.yaml":
                self.red_flags = read_red_flags(reading)
            case "flows", _, "promises.yaml":
                self.promises = read_promises(reading)
            case "flows", _, _:
                self.flows[reading.id] = read_flow(reading)
            case _, _, "subjects.yaml":
                self.subjects = read_subjects(reading)
            case _, _, file:
                self._add_list(file, reading)

    def _add_list(self, file: str, reading: Reading) -> None:
        """Read one list of content/ with the reader that its file name calls for."""
        match file:
            case "phrases.yaml":
                self.phrases = read_phrases(reading)
            case "numbers.yaml":
                self.numbers = read_numbers(reading)
            case "helplines.yaml":
                self.places = read_helplines(reading)
            case "glossary.yaml":
                self.glossary = read_glossary(reading)
            case "sources.yaml":
                self.sources = read_sources(reading)
            case "coverage.yaml":
                self.coverage = read_coverage(reading)
            case "services.yaml":
                self.services = read_services(reading)
            case "languages.yaml":
                self.languages = read_languages(reading)
            case "wording.yaml":
                self.manners = {BASE: read_manners(reading)}
            case _:
                reading.fault(Mark(1, 1), "stray", "nobody reads this")

    def problems(self, only: str = "") -> list[Problem]:
        """Check all references and return the diagnostics of all files.

        With *only_flow* only the names of that flow are looked up, and untranslated files are not reported.
        """
        declared = {key for reading in self.readings for key in reading.spots}
        unread = self.flows.keys() - {key[0] for key in declared if len(key) > 1}  # no state was read
        names = Names(declared, self.flows, unread)
        for reading in self.readings:
            names.check(reading, only)
            if reading.sheet.file == SUBJECTS:
                tell_unlisted(reading, self.subjects, self.pages)
        told = [problem for reading in (*self.readings, *self.foreign) for problem in reading.problems]
        return told if only else [*told, *self.tongues.problems()]

    def atlas(self) -> Atlas:
        """Return the source map: where each declared name and each line of text is written."""
        readings = (*self.readings, *self.foreign)
        things = {key: reading.place(spot) for reading in readings for key, spot in reading.spots.items()}
        return things | {key: place for reading in readings for key, place in reading.lines()}

    def library(self, version: str, drafts: bool = False) -> Library:
        """Build the content bundle of this *version* with all languages that ship, or also with drafts."""
        languages = {code: one for code, one in self.languages.items() if one.shipped or drafts}
        others = [code for code in languages if code != BASE]
        told = self.tongues.told
        met = {name: as_met(flow) for name, flow in self.flows.items()}
        return Library(
            version=version,
            flows={BASE: met, **{c: {flow.name: as_met(flow) for flow in told(c, Flow)} for c in others}},
            machines={name: rule_book(flow) for name, flow in met.items()},
            resting=resting(self.flows),
            pages={BASE: self.pages, **{c: {page.id: page for page in told(c, Page)} for c in others}},
            phrases={BASE: self.phrases, **{c: phrases for c in others for phrases in told(c, Phrases)}},
            places=replace(self.places, numbers=self.numbers),
            red_flags=self.red_flags,
            promises=self.promises,
            glossary={BASE: self.glossary, **{c: terms for c in others for terms in told(c, dict)}},
            sources=self.sources,
            coverage=self.coverage,
            manners={**self.manners, **{c: rules for c, rules in self.tongues.manners.items() if c in languages}},
            services=self.services,
            subjects=self.subjects,
            silences=(
                *(silence for reading in self.readings for silence in reading.silences),
                *self.tongues.silences(others),
            ),
            languages=languages,
            names={c: places for c in others for places in told(c, Places)},
            untranslated=tuple(gap for c in others for gap in self.tongues.gaps[c]),
        )
