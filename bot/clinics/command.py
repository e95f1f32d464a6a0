"""The command `clinic …`: what staff and operators do at a terminal, offline: list, link, poster, report, draft."""

import os
import sys
import time
from argparse import Namespace
from datetime import date
from pathlib import Path

from bot.authoring.loader import home, load
from bot.clinics.registry import Registry, at_hand
from bot.engine.information_mode import informing
from bot.model.bundle import Library
from bot.model.clinic import Clinic, Outside
from bot.model.diagnostics import guess
from bot.operations.settings import is_yes

BAD_USAGE = 2


class Unfit(Exception):
    """A command that cannot be carried out, as one sentence for the person at the terminal."""


def run(options: Namespace) -> int:
    """Run `python -m bot clinic …` and return the exit code."""
    from bot.clinics.commands import draft_link as drafting
    from bot.clinics.commands import link as linking
    from bot.clinics.commands import poster as posters
    from bot.clinics.commands import report as reporting

    doing = {
        "list": linking.list_,
        "link": linking.link_,
        "poster": posters.poster,
        "report": reporting.report,
        "draft": drafting.draft,
    }[options.what]
    try:
        doing(options)
    except Unfit as unfit:
        print(unfit, file=sys.stderr)
        return BAD_USAGE
    return 0


def opened() -> tuple[Library, Registry]:
    """Load the shipped content and the clinics that CLINICS names; return the bundle, with them, and the registry.

    Raises DiagnosticsError.
    """
    today = date.today().isoformat()
    library, _ = load(home(), today, drafts=True)  # unsigned content is printed with a line that says so
    library = informing(library, today) if is_yes(environment("INFORMATION")) else library
    registry = at_hand(library)
    return library.at(Outside(registry.clinics, time.time(), bool(environment("COUNTS")))), registry


def clinic_called(registry: Registry, id: str) -> Clinic:
    """Return the clinic with that id; CommandError, with a suggestion, if there is none."""
    if clinic := registry.clinics.get(id):
        return clinic
    raise Unfit(f"No clinic is called '{id}'; {guess(id, registry.clinics)}".strip())


def flow_called(library: Library, clinic: Clinic, flow: str) -> str:
    """Return *flow* if this clinic's link may lead to it, empty if none was asked for; CommandError for any other."""
    known = clinic.flows or library.entrances
    if flow and flow not in known:
        raise Unfit(f"{clinic.name} has no link to '{flow}'; {guess(flow, known)}".strip())
    return flow


def bot_named(options: Namespace, registry: Registry) -> str:
    """Return the bot's name in Telegram: the option's, else the clinics' file's; CommandError if neither has one."""
    if name := (options.bot or registry.bot).removeprefix("@"):
        return str(name)
    raise Unfit("The bot's name is not known: give --bot NAME, or a line 'bot: NAME' in the clinics' file.")


def environment(name: str) -> str:
    """Return the environment variable *name* without spaces around it; empty if it is not set."""
    return os.environ.get(name, "").strip()


def folder_named(name: str) -> Path:
    """Return the folder *name*, created if need be; CommandError if it cannot be."""
    folder = Path(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unfit(f"The folder '{name}' cannot be made: {error.strerror}.") from None
    return folder
