"""The release archive: a folder where each release stays, under its own hash, until no session can be in it.

    <folder>/<version>/flows, content      the bundle that sessions began in
    <folder>/<version>/RECALLED            no session may go on in it (an operator's `touch`, and a restart)

A release that does not hash to its own name is not what sessions began in, and is not read.
"""

import logging
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from bot.model.bundle import Library
from bot.model.diagnostics import Faulty
from bot.sessions.chat_record import HOUR, LONGEST

log = logging.getLogger(__name__)
RECALLED = "RECALLED"
PARTS = ("flows", "content")


def keep(home: Path, folder: Path, version: str) -> None:
    """Copy the release in *source* to the archive, whole or not at all; note that it was current just now."""
    place = folder / version
    if not place.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        half = folder / f".{version}.{os.getpid()}"
        for part in PARTS:
            shutil.copytree(home / part, half / part)
        try:
            half.rename(place)
        except OSError:  # another instance was quicker
            shutil.rmtree(half)
    os.utime(place)


def older(folder: Path, current: str, read: Callable[[Path], Library]) -> list[Library]:
    """Return the releases besides *current* that sessions may be in; remove those that are too old for that."""
    found = []
    for place in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not place.is_dir() or place.name.startswith(".") or place.name == current:
            continue
        if time.time() - place.stat().st_mtime > (LONGEST + 1) * HOUR:
            shutil.rmtree(place)
        elif not (place / RECALLED).exists() and (library := _read(place, read)):
            found.append(library)
    return found


def _read(place: Path, read: Callable[[Path], Library]) -> Library | None:
    """Return the archived release in that folder; None, with a line in the log, if it is unreadable or changed."""
    try:
        library = read(place)
    except (Faulty, OSError) as error:
        log.error("an older release cannot be read, and who is in it goes on in the current one: %s", error)
        return None
    if library.version != place.name:
        log.error("an older release was changed, and who is in it goes on in the current one")
        return None
    return library
