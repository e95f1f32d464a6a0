"""Lookups for the commands `clinic …`: what an argument or a variable names; CommandError where it names nothing."""

import os
import time
from argparse import Namespace
from datetime import date
from pathlib import Path

from bot.authoring.loader import content_root, load_bundle
from bot.clinics.registry import ClinicRegistry, registry_from_environment
from bot.engine.information_mode import information_bundle
from bot.model.bundle import ContentBundle
from bot.model.clinic import Clinic, Environment
from bot.model.diagnostics import suggest
from bot.operations.errors import CommandError
from bot.operations.settings import is_yes


def load_bundle_and_registry() -> tuple[ContentBundle, ClinicRegistry]:
    """Load the shipped content and the clinics that CLINICS names; return the bundle, with them, and the registry.

    Raises DiagnosticsError.
    """
    today = date.today().isoformat()
    bundle, _ = load_bundle(
        content_root(), today, include_drafts=True
    )  # unsigned content is printed with a line that says so
    bundle = information_bundle(bundle, today) if is_yes(environment_variable("INFORMATION")) else bundle
    registry = registry_from_environment(bundle)
    return bundle.with_environment(
        Environment(registry.clinics, time.time(), bool(environment_variable("COUNTS")))
    ), registry


def find_clinic(registry: ClinicRegistry, id: str) -> Clinic:
    """Return the clinic with that id; CommandError, with a suggestion, if there is none."""
    if clinic := registry.clinics.get(id):
        return clinic
    raise CommandError(f"No clinic is called '{id}'; {suggest(id, registry.clinics)}".strip())


def checked_flow(bundle: ContentBundle, clinic: Clinic, flow: str) -> str:
    """Return *flow* if this clinic's link may lead to it, empty if none was asked for; CommandError for any other."""
    allowed = clinic.flows or bundle.entry_flows
    if flow and flow not in allowed:
        raise CommandError(f"{clinic.name} has no link to '{flow}'; {suggest(flow, allowed)}".strip())
    return flow


def bot_name(options: Namespace, registry: ClinicRegistry) -> str:
    """Return the bot's name in Telegram: the option's, else the clinics' file's; CommandError if neither has one."""
    if name := (options.bot or registry.bot).removeprefix("@"):
        return str(name)
    raise CommandError("The bot's name is not known: give --bot NAME, or a line 'bot: NAME' in the clinics' file.")


def environment_variable(name: str) -> str:
    """Return the environment variable *name* without spaces around it; empty if it is not set."""
    return os.environ.get(name, "").strip()


def make_folder(name: str) -> Path:
    """Return the folder *name*, created if need be; CommandError if it cannot be."""
    folder = Path(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"The folder '{name}' cannot be made: {error.strerror}.") from None
    return folder
