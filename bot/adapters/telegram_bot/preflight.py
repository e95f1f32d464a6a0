"""Preflight checks: what the settings name is tried before anything starts. Each problem is a sentence."""

import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from bot.authoring.loader import content_root, load_bundle
from bot.clinics.registry import ClinicsFile
from bot.clinics.statistics.store import open_counts
from bot.model.bundle import ContentBundle
from bot.model.diagnostics import DiagnosticsError
from bot.operations.errors import CommandError
from bot.operations.settings import Settings, SettingsError
from bot.sessions.release_archive import archive_release

ProofCheck = Callable[[Path, ContentBundle], Sequence[str]]


def problems(settings: Settings, bundle: ContentBundle, proof_check: ProofCheck | None = None) -> Iterator[str]:
    """Yield a sentence for everything that is named and cannot be used: files, folders, addresses.

    *proof_check* returns what is not proved of the drafts.
    """
    for name, sentences in (
        ("CLINICS", _clinics_problems(settings.clinics_file, bundle)),
        ("COUNTS", _counts_problems(settings.statistics_file)),
        ("DRAFTS", _drafts_problems(settings.drafts_folder, proof_check)),
        ("RELEASES", _releases_problems(settings.releases_folder, bundle)),
        ("WEBHOOK_LISTEN", _address_problems(settings.webhook_listen if settings.webhook_url else None)),
        ("METRICS_LISTEN", _address_problems(settings.metrics_listen)),
    ):
        yield from (line if line.startswith(name) else f"{name}: {line}" for line in sentences)


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


def _clinics_problems(path: str, bundle: ContentBundle) -> Iterator[str]:
    """Yield what is wrong with the clinics' file."""
    try:
        _ = path and ClinicsFile(Path(path), bundle)
    except DiagnosticsError as error:
        yield str(error)


def _counts_problems(path: str) -> Iterator[str]:
    """Yield why the statistics' file cannot be used."""
    try:
        if counts := open_counts(path):
            counts.close()
    except CommandError as error:
        yield str(error)


def _drafts_problems(path: str, proof_check: ProofCheck | None) -> Iterator[str]:
    """Yield what is wrong with the drafts' folder, or not proved of it."""
    try:
        bundle = load_bundle(Path(path))[0] if path else None
        yield from proof_check(Path(path), bundle) if proof_check and bundle else ()
    except DiagnosticsError as error:
        yield str(error)


def _releases_problems(path: str, bundle: ContentBundle) -> Iterator[str]:
    """Keep this release for when people are still in it and it is an older one; yield why that fails."""
    try:
        if path:
            archive_release(content_root(), Path(path), bundle.version)
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
