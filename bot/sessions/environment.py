"""The environment provider: the clinics as they are now, the time, draft links, and what is counted.

An adapter holds one. Nothing here can stop a conversation: after a bad clinics' file the clinics of before stay, and
counts that cannot be stored are only logged.
"""

import logging
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from bot.authoring.loader import load_bundle
from bot.clinics.draft_links import parse_start_payload
from bot.clinics.registry import ClinicsFile
from bot.clinics.statistics.collect import collect_counts
from bot.clinics.statistics.counts import Count, CountStore
from bot.clinics.statistics.store import open_counts
from bot.engine.session import Event, Session, Start
from bot.engine.snapshot import Reply
from bot.model.bundle import ContentBundle
from bot.model.clinic import Environment
from bot.model.diagnostics import DiagnosticsError
from bot.operations.errors import CommandError
from bot.operations.settings import Settings

log = logging.getLogger(__name__)
Opened = TypeVar("Opened")
CLINICS_CHECK_SECONDS = 30.0  # seconds between two checks whether the clinics' file has changed


class EnvironmentProvider:
    """The provider of each step's environment, and of the clinics' counts.

    *draft_bundle* is the bundle that draft links lead into, if there is one; *keys* are those that sign draft links.
    """

    def __init__(
        self,
        bundle: ContentBundle,
        clinics_file: ClinicsFile | None = None,
        counts: CountStore | None = None,
        draft_bundle: ContentBundle | None = None,
        keys: Sequence[str] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.bundle, self.draft_bundle = bundle, draft_bundle
        self._clinics_file, self._counts, self._keys, self._clock = clinics_file, counts, keys, clock
        self._checked_at = clock()

    # ---- what comes in with an event

    def with_environment(self, bundle: ContentBundle) -> ContentBundle:
        """Return *bundle* with the clinics and the time of now: what a step takes."""
        return bundle.with_environment(self.environment())

    def environment(self) -> Environment:
        """Return the environment of now; read the clinics' file again if it was changed."""
        now = self._clock()
        if self._clinics_file and now - self._checked_at >= CLINICS_CHECK_SECONDS:
            self._checked_at = now
            for diagnostic in self._clinics_file.reload_if_changed():
                log.error("the clinics' file was not taken: line %d [%s]", diagnostic.location.line, diagnostic.code)
        clinics = self._clinics_file.registry.clinics if self._clinics_file else {}
        return Environment(clinics, now, self._counts is not None, feedback_enabled=True)

    def parse_start_payload(self, payload: str) -> Start:
        """Return the start that a payload after /start asks for."""
        return parse_start_payload(payload, self.with_environment(self.bundle), self.draft_bundle, self._keys)

    def draft_bundle_for(self, session: Session, event: Event | None) -> ContentBundle | None:
        """Return the draft bundle if this is a reviewer's conversation or becomes one; else None."""
        starts_review = isinstance(event, Start) and bool(event.reviewer)
        return self.draft_bundle if session.reviewer or starts_review else None

    # ---- what is counted

    def collect_counts(
        self, bundle: ContentBundle, before: Session, event: Event | None, reply: Reply
    ) -> tuple[Reply, tuple[Count, ...]]:
        """Return *reply*, its session noting what was counted, and the counts that are new.

        Add the counts with `add_counts` only once the session is committed.
        """
        return collect_counts(bundle, before, event, reply)

    def add_counts(self, counts: Iterable[Count]) -> None:
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


OnOpenError = Callable[[str, Exception], None]
"""Is told the setting that names what cannot be opened, and why."""


def _raise(_: str, error: Exception) -> None:
    """Raise *error*."""
    raise error


def open_environment_provider(
    settings: Settings,
    bundle: ContentBundle,
    clock: Callable[[], float] = time.time,
    on_error: OnOpenError = _raise,
) -> EnvironmentProvider:
    """Open the environment provider that the settings ask for.

    What cannot be opened is left out, and *on_error* is told each DiagnosticsError, for a bad file of content or
    clinics, and CommandError, for a bad COUNTS. Without it the first is raised.
    """

    def opened(name: str, path: str, open_path: Callable[[Path], Opened]) -> Opened | None:
        """Return what the setting *name* names; None where it names nothing, or nothing that can be opened."""
        try:
            return open_path(Path(path)) if path else None
        except (DiagnosticsError, CommandError) as error:
            on_error(name, error)
            return None

    clinics_file = opened("CLINICS", settings.clinics_file, lambda path: ClinicsFile(path, bundle))
    counts = opened("COUNTS", settings.statistics_file, lambda path: open_counts(str(path)))
    draft_bundle = opened("DRAFTS", settings.drafts_folder, lambda path: load_bundle(path)[0])
    return EnvironmentProvider(bundle, clinics_file, counts, draft_bundle, settings.session_keys, clock)
