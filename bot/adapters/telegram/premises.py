"""What the settings name, tried before anything begins: files, folders, places to listen. Each fault is a sentence."""

import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from bot.archive import keep
from bot.counts.keeping import Uncountable, open_counts
from bot.library import Library
from bot.loading import home, load
from bot.problem import Faulty
from bot.registry import Shelf
from bot.settings import Misconfigured, Settings

Proved = Callable[[Path, Library], Sequence[str]]


def troubles(settings: Settings, library: Library, check: Proved | None = None) -> Iterator[str]:
    """A sentence for everything that is named and cannot be used; *check* says what is not proved of the drafts."""
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
    """The settings without all that is wrong in them: so that what the others name can be looked at as well."""
    given = dict(environment)
    while True:
        try:
            return Settings.from_environment(given)
        except Misconfigured as wrong:
            for sentence in wrong.sentences:
                name = sentence.split()[0].rstrip(":")
                given[name] = "1:none" if name == "TELEGRAM_TOKEN" else ""


def _clinics(path: str, library: Library) -> Iterator[str]:
    try:
        _ = path and Shelf(Path(path), library)
    except Faulty as faulty:
        yield str(faulty)


def _counts(path: str) -> Iterator[str]:
    try:
        if counts := open_counts(path):
            counts.close()
    except Uncountable as sentence:
        yield str(sentence)


def _drafts(path: str, check: Proved | None) -> Iterator[str]:
    try:
        library = load(Path(path))[0] if path else None
        yield from check(Path(path), library) if check and library else ()
    except Faulty as faulty:
        yield str(faulty)


def _releases(path: str, library: Library) -> Iterator[str]:
    """This release is kept, for when it will be an older one that people are still in."""
    try:
        if path:
            keep(home(), Path(path), library.version)
    except OSError as error:
        yield f"RELEASES names a folder that cannot be used: {(error.strerror or 'unknown').lower()}."


def _place(place: tuple[str, int] | None) -> Iterator[str]:
    if not place:
        return
    try:
        with socket.create_server(place, family=_family(place[0])):
            pass
    except OSError:
        yield "another process listens there, the address is not this machine's, or the port is not for this user."


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
