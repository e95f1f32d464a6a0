"""The clinics of the worked example, at a time that a test chooses: what comes in from outside, for tests."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.clinics.registry import Registry, read_registry, registry
from bot.model.bundle import Library
from bot.model.clinic import Outside
from tests.support.paths import ROOT

EXAMPLE = ROOT / "content" / "clinics.example.yaml"
SUNDAY = "2026-11-22T09:00"  # the clinic is closed, the early pregnancy clinic open


def seconds(when: str) -> float:
    """A time in UTC as seconds of the epoch."""
    return datetime.fromisoformat(when).replace(tzinfo=UTC).timestamp()


def example(library: Library) -> Registry:
    return read_registry(EXAMPLE, library)


def town(library: Library, when: str = SUNDAY, counting: bool = False) -> Library:
    """*library* with the clinics of the example, at *when*."""
    return library.at(Outside(example(library).clinics, seconds(when), counting))


def later(library: Library, when: str) -> Library:
    return library.at(replace(library.outside, now=seconds(when)))


def of_file(text: str, library: Library) -> Registry:
    return registry(text.encode(), "clinics.yaml", library)
