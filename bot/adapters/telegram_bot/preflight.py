"""Preflight checks: what the settings name is tried before anything starts. Each problem is a sentence."""

import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from bot.authoring.loader import home, load
from bot.clinics.registry import Shelf
from bot.clinics.statistics.store import Uncountable, open_counts
from bot.model.bundle import Library
from bot.model.diagnostics import Faulty
from bot.operations.settings import Misconfigured, Settings
from bot.sessions.release_archive import keep

Proved = Callable[[Path, Library], Sequence[str]]


def troubles(settings: Settings, library: Library, check: Proved | None = None) -> Iterator[str]:
    """Yield a sentence for everything that is named and cannot be used: files, folders, addresses.

    *proof_check* returns what is not proved of the drafts.
    """
    for name, trouble in (
        ("CLINICS", _clinics(settings.clinics, library)),
        ("COUNTS", _counts(settings.counts)),
        ("DRAFTS", _drafts(settings.drafts, check)),
        ("RELEASES", _releases(settings.releases, library)),
        ("WEBHOOK_LISTEN", _place(settings.listen if settings.webhook_url else None)),
        ("METRICS_LISTEN", _place(settings.metrics)),
    ):
        yield from (line if line.startswith(name) else f"{name}: {line}" for line in trouble)


def as_far_as_good(environment: Mapping[str, str]) -> Settings:
    """Return the settings without their wrong values, so that what the others name can be checked as well."""
    given = dict(environment)
    while True:
        try:
            return Settings.from_environment(given)
        except Misconfigured as wrong:
            for sentence in wrong.sentences:
                name = sentence.split()[0].rstrip(":")
                given[name] = "1:none" if name == "TELEGRAM_TOKEN" else ""


def _clinics(path: str, library: Library) -> Iterator[str]:
    """Yield what is wrong with the clinics' file."""
    try:
        _ = path and Shelf(Path(path), library)
    except Faulty as faulty:
        yield str(faulty)


def _counts(path: str) -> Iterator[str]:
    """Yield why the statistics' file cannot be used."""
    try:
        if counts := open_counts(path):
            counts.close()
    except Uncountable as sentence:
        yield str(sentence)


def _drafts(path: str, check: Proved | None) -> Iterator[str]:
    """Yield what is wrong with the drafts' folder, or not proved of it."""
    try:
        library = load(Path(path))[0] if path else None
        yield from check(Path(path), library) if check and library else ()
    except Faulty as faulty:
        yield str(faulty)


def _releases(path: str, library: Library) -> Iterator[str]:
    """Keep this release for when people are still in it and it is an older one; yield why that fails."""
    try:
        if path:
            keep(home(), Path(path), library.version)
    except OSError as error:
        yield f"RELEASES names a folder that cannot be used: {(error.strerror or 'unknown').lower()}."


def _place(place: tuple[str, int] | None) -> Iterator[str]:
    """Yield why the address cannot be listened on."""
    if not place:
        return
    try:
        with socket.create_server(place, family=_family(place[0])):
            pass
    except OSError:
        yield "another process listens there, the address is not this machine's, or the port is not for this user."


def _family(host: str) -> socket.AddressFamily:
    """Return the address family of *host*."""
    return socket.AF_INET6 if ":" in host else socket.AF_INET
