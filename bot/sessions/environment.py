"""The environment provider: the clinics as they are now, the time, draft links, and what is counted.

An adapter holds one. Nothing here can stop a conversation: after a bad clinics' file the clinics of before stay, and
counts that cannot be stored are only logged.
"""

import logging
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from bot.authoring.loader import load
from bot.clinics.draft_links import read_link
from bot.clinics.registry import Shelf
from bot.clinics.statistics.collect import noticed
from bot.clinics.statistics.counts import Count, Counts
from bot.clinics.statistics.store import open_counts
from bot.engine.session import Event, Session, Start
from bot.engine.snapshot import Reply
from bot.model.bundle import Library
from bot.model.clinic import Outside
from bot.operations.settings import Settings

log = logging.getLogger(__name__)
LOOK = 30.0  # seconds between two checks whether the clinics' file has changed


class Reception:
    """The provider of each step's environment, and of the clinics' counts.

    *draft_bundle* is the bundle that draft links lead into, if there is one; *keys* are those that sign draft links.
    """

    def __init__(
        self,
        library: Library,
        shelf: Shelf | None = None,
        counts: Counts | None = None,
        drafts: Library | None = None,
        keys: Sequence[str] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.library, self.drafts = library, drafts
        self._shelf, self._counts, self._keys, self._clock = shelf, counts, keys, clock
        self._looked = clock()

    # ---- what comes in with an event

    def today(self, library: Library) -> Library:
        """Return *bundle* with the clinics and the time of now: what a step takes."""
        return library.at(self.outside())

    def outside(self) -> Outside:
        """Return the environment of now; read the clinics' file again if it was changed."""
        now = self._clock()
        if self._shelf and now - self._looked >= LOOK:
            self._looked = now
            for problem in self._shelf.refreshed():
                log.error("the clinics' file was not taken: line %d [%s]", problem.place.line, problem.slug)
        clinics = self._shelf.registry.clinics if self._shelf else {}
        return Outside(clinics, now, self._counts is not None, asking=True)

    def read_link(self, payload: str) -> Start:
        """Return the start that a payload after /start asks for."""
        return read_link(payload, self.today(self.library), self.drafts, self._keys)

    def library_for(self, session: Session, event: Event | None) -> Library | None:
        """Return the draft bundle if this is a reviewer's conversation or becomes one; else None."""
        comes = isinstance(event, Start) and bool(event.reviewer)
        return self.drafts if session.reviewer or comes else None

    # ---- what is counted

    def noticed(
        self, library: Library, before: Session, event: Event | None, reply: Reply
    ) -> tuple[Reply, tuple[Count, ...]]:
        """Return *reply*, its session noting what was counted, and the counts that are new.

        Add the counts with `add_counts` only once the session is committed.
        """
        return noticed(library, before, event, reply)

    def count(self, counts: Iterable[Count]) -> None:
        """Add *counts* to the clinics' statistics; an error is logged and not raised."""
        try:
            if self._counts and (counts := tuple(counts)):
                self._counts.add(counts)
        except sqlite3.Error as error:
            log.error("something was not counted: %s", type(error).__name__)

    def close(self) -> None:
        """Close the file of counts."""
        if self._counts:
            self._counts.close()


def open_reception(settings: Settings, library: Library, clock: Callable[[], float] = time.time) -> Reception:
    """Open the environment provider that the settings ask for.

    Raises DiagnosticsError for a bad file of content or clinics, CountsFileError for a bad COUNTS.
    """
    shelf = Shelf(Path(settings.clinics), library) if settings.clinics else None
    drafts = load(Path(settings.drafts))[0] if settings.drafts else None
    return Reception(library, shelf, open_counts(settings.counts), drafts, settings.keys, clock)
