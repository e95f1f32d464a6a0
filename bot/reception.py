"""What the world brings to the bot's door: the clinics as they are now, the time, draft links, and what is counted.

An adapter keeps one. Nothing here can stop a conversation: a bad file keeps the clinics of before, and a number that
could not be counted is not worth a word to anybody.
"""

import logging
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from bot.clinics import Outside
from bot.counts import Count, Counts
from bot.counts.keeping import open_counts
from bot.counts.noticing import noticed
from bot.draft_links import read_link
from bot.library import Library
from bot.loading import load
from bot.registry import Shelf
from bot.session import Event, Session, Start
from bot.settings import Settings
from bot.talk import Reply

log = logging.getLogger(__name__)
LOOK = 30.0  # seconds between two looks at whether the clinics' file has changed


class Reception:
    """*drafts* is the library that draft links lead into, if there is one, and *keys* are those that seal them."""

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
        """*library* with the clinics and the time of now: what a step takes."""
        return library.at(self.outside())

    def outside(self) -> Outside:
        now = self._clock()
        if self._shelf and now - self._looked >= LOOK:
            self._looked = now
            for problem in self._shelf.refreshed():
                log.error("the clinics' file was not taken: line %d [%s]", problem.place.line, problem.slug)
        clinics = self._shelf.registry.clinics if self._shelf else {}
        return Outside(clinics, now, self._counts is not None, asking=True)

    def read_link(self, payload: str) -> Start:
        """What follows /start in a link."""
        return read_link(payload, self.today(self.library), self.drafts, self._keys)

    def library_for(self, session: Session, event: Event | None) -> Library | None:
        """The drafts, where this is a reviewer's conversation or becomes one; else None."""
        comes = isinstance(event, Start) and bool(event.reviewer)
        return self.drafts if session.reviewer or comes else None

    # ---- what is counted

    def noticed(
        self, library: Library, before: Session, event: Event | None, reply: Reply
    ) -> tuple[Reply, tuple[Count, ...]]:
        """*reply* with what is counted of it noted down, to be kept; and the counts, for when it has been kept."""
        return noticed(library, before, event, reply)

    def count(self, counts: Iterable[Count]) -> None:
        try:
            if self._counts and (counts := tuple(counts)):
                self._counts.add(counts)
        except sqlite3.Error as error:
            log.error("something was not counted: %s", type(error).__name__)

    def close(self) -> None:
        if self._counts:
            self._counts.close()


def open_reception(settings: Settings, library: Library, clock: Callable[[], float] = time.time) -> Reception:
    """The reception that the settings ask for. Raises Faulty for a file that is not good, Uncountable for COUNTS."""
    shelf = Shelf(Path(settings.clinics), library) if settings.clinics else None
    drafts = load(Path(settings.drafts))[0] if settings.drafts else None
    return Reception(library, shelf, open_counts(settings.counts), drafts, settings.keys, clock)
