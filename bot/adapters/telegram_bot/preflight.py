"""Preflight checks: what the settings name is opened before anything starts. Each problem is a sentence."""

import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.authoring.loader import content_root
from bot.model.bundle import ContentBundle
from bot.operations.settings import Settings, SettingsError
from bot.sessions.environment import EnvironmentProvider, open_environment_provider
from bot.sessions.release_archive import ForeignArchiveError, archive_release

ProofCheck = Callable[[Path, ContentBundle], Sequence[str]]


@dataclass(frozen=True, slots=True)
class PreflightResult:
    """What the settings name, opened; and a sentence for everything that is named and cannot be used."""

    environment_provider: EnvironmentProvider
    problems: tuple[str, ...]


def run_preflight(settings: Settings, bundle: ContentBundle, proof_check: ProofCheck | None = None) -> PreflightResult:
    """Open and try all that the settings name: files, folders, addresses; each is opened once.

    *proof_check* returns what is not proved of the drafts. Close the provider if there are problems.
    """
    found: list[tuple[str, str]] = []
    provider = open_environment_provider(
        settings, bundle, on_error=lambda name, error: found.append((name, str(error)))
    )
    for name, sentences in (
        ("DRAFTS", _drafts_problems(settings.drafts_folder, provider.draft_bundle, proof_check)),
        ("RELEASES", _releases_problems(settings.releases_folder, bundle)),
        ("WEBHOOK_LISTEN", _address_problems(settings.webhook_listen if settings.webhook_url else None)),
        ("METRICS_LISTEN", _address_problems(settings.metrics_listen)),
    ):
        found += [(name, sentence) for sentence in sentences]
    lines = (line if line.startswith(name) else f"{name}: {line}" for name, line in found)
    return PreflightResult(provider, tuple(lines))


def valid_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings without their wrong values, so that what the others name can be checked as well."""
    values = dict(environment)
    while True:
        try:
            return Settings.from_environment(values)
        except SettingsError as error:
            for sentence in error.messages:
                name = sentence.split()[0].rstrip(":")
                values[name] = "1:none" if name == "TELEGRAM_TOKEN" else ""


def _drafts_problems(path: str, draft_bundle: ContentBundle | None, proof_check: ProofCheck | None) -> Sequence[str]:
    """Return what is not proved of the drafts' folder."""
    return proof_check(Path(path), draft_bundle) if proof_check and draft_bundle else ()


def _releases_problems(path: str, bundle: ContentBundle) -> Iterator[str]:
    """Keep this release for when people are still in it and it is an older one; yield why that fails."""
    try:
        if path:
            archive_release(content_root(), Path(path), bundle.version)
    except ForeignArchiveError as error:
        yield str(error)
    except OSError as error:
        yield f"RELEASES names a folder that cannot be used: {(error.strerror or 'unknown').lower()}."


def _address_problems(address: tuple[str, int] | None) -> Iterator[str]:
    """Yield why the address cannot be listened on."""
    if not address:
        return
    try:
        with socket.create_server(address, family=_address_family(address[0])):
            pass
    except OSError:
        yield "another process listens there, the address is not this machine's, or the port is not for this user."


def _address_family(host: str) -> socket.AddressFamily:
    """Return the address family of *host*."""
    return socket.AF_INET6 if ":" in host else socket.AF_INET
