"""The clinic's office: what staff and operators do at a terminal, offline: list, link, poster, report, draft."""

import os
import sys
import time
from argparse import Namespace
from datetime import date
from pathlib import Path

from bot.clinics import Clinic, Outside
from bot.information import informing
from bot.library import Library
from bot.loading import home, load
from bot.problem import guess
from bot.registry import Registry, at_hand
from bot.settings import is_yes

BAD_USAGE = 2


class Unfit(Exception):
    """Something that was asked for and cannot be done, as one sentence."""


def run(options: Namespace) -> int:
    """`python -m bot clinic …`."""
    from bot.office import drafting, linking, posters, reporting

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
    """What ships and the clinics that CLINICS names, as they are now. Raises Faulty."""
    today = date.today().isoformat()
    library, _ = load(home(), today, drafts=True)  # what nobody has signed is printed with a line that says so
    library = informing(library, today) if is_yes(environment("INFORMATION")) else library
    registry = at_hand(library)
    return library.at(Outside(registry.clinics, time.time(), bool(environment("COUNTS")))), registry


def clinic_called(registry: Registry, id: str) -> Clinic:
    if clinic := registry.clinics.get(id):
        return clinic
    raise Unfit(f"No clinic is called '{id}'; {guess(id, registry.clinics)}".strip())


def flow_called(library: Library, clinic: Clinic, flow: str) -> str:
    """*flow*, if this clinic's link may lead to it; nothing when none was asked for."""
    known = clinic.flows or library.entrances
    if flow and flow not in known:
        raise Unfit(f"{clinic.name} has no link to '{flow}'; {guess(flow, known)}".strip())
    return flow


def bot_named(options: Namespace, registry: Registry) -> str:
    """The bot's name in Telegram: what was given, else what the clinics' file says."""
    if name := (options.bot or registry.bot).removeprefix("@"):
        return str(name)
    raise Unfit("The bot's name is not known: give --bot NAME, or a line 'bot: NAME' in the clinics' file.")


def environment(name: str) -> str:
    return os.environ.get(name, "").strip()


def folder_named(name: str) -> Path:
    folder = Path(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unfit(f"The folder '{name}' cannot be made: {error.strerror}.") from None
    return folder
