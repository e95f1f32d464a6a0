"""The clinics of the worked example, at a time that a test chooses: what comes in from outside, for tests."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.clinics.registry import ClinicRegistry, parse_registry, read_registry
from bot.model.bundle import ContentBundle
from bot.model.clinic import Environment
from tests.support.paths import ROOT

EXAMPLE = ROOT / "content" / "clinics.example.yaml"
SUNDAY = "2026-11-22T09:00"  # the clinic is closed, the early pregnancy clinic open


def seconds(when: str) -> float:
    """A time in UTC as seconds of the epoch."""
    return datetime.fromisoformat(when).replace(tzinfo=UTC).timestamp()


def example(library: ContentBundle) -> ClinicRegistry:
    return read_registry(EXAMPLE, library)


def town(library: ContentBundle, when: str = SUNDAY, counting: bool = False) -> ContentBundle:
    """*library* with the clinics of the example, at *when*."""
    return library.with_environment(Environment(example(library).clinics, seconds(when), counting))


def later(library: ContentBundle, when: str) -> ContentBundle:
    return library.with_environment(replace(library.environment, now=seconds(when)))


def of_file(text: str, library: ContentBundle) -> ClinicRegistry:
    return parse_registry(text.encode(), "clinics.yaml", library)
