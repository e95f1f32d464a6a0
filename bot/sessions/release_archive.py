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

from bot.model.bundle import ContentBundle
from bot.model.diagnostics import DiagnosticsError
from bot.sessions.chat_record import HOUR, MAX_SESSION_HOURS

log = logging.getLogger(__name__)
RECALL_MARKER = "RECALLED"
ARCHIVED_FOLDERS = ("flows", "content")


def archive_release(source: Path, archive: Path, version: str) -> None:
    """Copy the release in *source* to the archive, whole or not at all; note that it was current just now."""
    release_folder = archive / version
    if not release_folder.is_dir():
        archive.mkdir(parents=True, exist_ok=True)
        unfinished = archive / f".{version}.{os.getpid()}"
        for subfolder in ARCHIVED_FOLDERS:
            shutil.copytree(source / subfolder, unfinished / subfolder)
        try:
            unfinished.rename(release_folder)
        except OSError:  # another instance was quicker
            shutil.rmtree(unfinished)
    os.utime(release_folder)


def load_older_releases(
    archive: Path, current: str, load_bundle: Callable[[Path], ContentBundle]
) -> list[ContentBundle]:
    """Return the releases besides *current* that sessions may be in; remove those that are too old for that."""
    bundles = []
    for release_folder in sorted(archive.iterdir()) if archive.is_dir() else ():
        if not release_folder.is_dir() or release_folder.name.startswith(".") or release_folder.name == current:
            continue
        if time.time() - release_folder.stat().st_mtime > (MAX_SESSION_HOURS + 1) * HOUR:
            shutil.rmtree(release_folder)
        elif not (release_folder / RECALL_MARKER).exists() and (bundle := _load_release(release_folder, load_bundle)):
            bundles.append(bundle)
    return bundles


def _load_release(release_folder: Path, load_bundle: Callable[[Path], ContentBundle]) -> ContentBundle | None:
    """Return the archived release in that folder; None, with a line in the log, if it is unreadable or changed."""
    try:
        bundle = load_bundle(release_folder)
    except (DiagnosticsError, OSError) as error:
        log.error("an older release cannot be read, and who is in it goes on in the current one: %s", error)
        return None
    if bundle.version != release_folder.name:
        log.error("an older release was changed, and who is in it goes on in the current one")
        return None
    return bundle
