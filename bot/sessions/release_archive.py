"""The release archive: a folder where each release stays, under its own hash, until no session can be in it.

    <folder>/<version>/flows, content      the bundle that sessions began in
    <folder>/<version>/MADE_BY_CONFIDANTE  the bot's own marker: the name and the hash of every file that it put there
    <folder>/<version>/RECALLED            no session may go on in it (an operator's `touch`, and a restart)

A release that does not hash to its own name is not what sessions began in, and is not read. Only what the marker lists
is ever removed, file by file; a folder that holds anything else is refused before anything is written into it.
"""

import logging
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bot.authoring.parsing.content_folder import ContentFolder
from bot.model.bundle import ContentBundle
from bot.model.diagnostics import DiagnosticsError
from bot.sessions.archive_marker import (
    OWN_MARKER,
    RECALL_MARKER,
    foreign_paths,
    paths_below,
    remove_own_folder,
    write_marker,
)
from bot.sessions.chat_record import HOUR, MAX_SESSION_HOURS

log = logging.getLogger(__name__)
ARCHIVED_FOLDERS = ("flows", "content")
ARCHIVED_SUFFIXES = (".yaml", ".md", ".json")  # of what the version before the marker put into an archive
VERSION_PATTERN = re.compile(r"[0-9a-f]{64}")
UNFINISHED_PATTERN = re.compile(r"\.([0-9a-f]{64})\.\w+")
UNFINISHED_SECONDS = HOUR  # after which a copy that was not finished never will be
FILE_SYSTEM_FOLDER = "lost+found"  # a file system's own, at its root; never touched


class ForeignArchiveError(Exception):
    """An archive that holds what the bot did not make, as one sentence for the operator. Nothing was touched."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"RELEASES names a folder in which the bot did not make everything: {what}. Old releases are removed "
            "there, so the folder must be the bot's alone: name an empty or a new one, or move that away."
        )


def archive_release(source: Path, archive: Path, version: str) -> None:
    """Copy the release in *source* to the archive, whole or not at all; note that it was current just now.

    Raises ForeignArchiveError, before anything is changed, if the archive holds anything that the bot did not make.
    """
    if any(archive.resolve().is_relative_to((source / subfolder).resolve()) for subfolder in ARCHIVED_FOLDERS):
        raise ForeignArchiveError("it lies among the flows and pages that the bot reads")
    check_archive(archive)
    release_folder = archive / version
    if not release_folder.is_dir():
        archive.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=f".{version}.", dir=archive))
        write_marker(unfinished, source, ARCHIVED_FOLDERS)
        for subfolder in ARCHIVED_FOLDERS:
            shutil.copytree(source / subfolder, unfinished / subfolder)
        unfinished.chmod(0o755)
        try:
            unfinished.rename(release_folder)
        except OSError:  # another instance was quicker
            remove_own_folder(unfinished)
    os.utime(release_folder)


def load_older_releases(
    archive: Path, current: str, load_bundle: Callable[[Path], ContentBundle]
) -> list[ContentBundle]:
    """Return the releases besides *current* that sessions may be in; remove those that are too old for that."""
    bundles = []
    for folder in sorted(archive.iterdir()) if archive.is_dir() else ():
        if UNFINISHED_PATTERN.fullmatch(folder.name):
            _remove_if_older(folder, UNFINISHED_SECONDS)
            continue
        if not VERSION_PATTERN.fullmatch(folder.name) or folder.name == current:
            continue
        if _remove_if_older(folder, (MAX_SESSION_HOURS + 1) * HOUR):
            continue
        if not (folder / RECALL_MARKER).exists() and (bundle := _load_release(folder, load_bundle)):
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


# ---- whose it is


def check_archive(archive: Path) -> None:
    """Raise ForeignArchiveError if the archive holds anything that the bot did not make.

    Releases that a version before the marker archived get one, if they hash to their own names.
    """
    for entry in sorted(archive.iterdir()) if archive.is_dir() else ():
        try:
            if entry.name != FILE_SYSTEM_FOLDER and (foreign := _foreign_path(entry)):
                name = str(foreign.relative_to(archive))
                raise ForeignArchiveError(f"'{name if name.isprintable() else ascii(name)[1:-1]}'")
        except FileNotFoundError:  # another instance has renamed or removed it
            continue


def _foreign_path(entry: Path) -> Path | None:
    """Return what the bot did not make of an *entry* of the archive, None if all is its own."""
    is_release, is_unfinished = VERSION_PATTERN.fullmatch(entry.name), UNFINISHED_PATTERN.fullmatch(entry.name)
    if not (is_release or is_unfinished) or entry.is_symlink() or not entry.is_dir():
        return entry
    if is_release and not (entry / OWN_MARKER).exists() and (foreign := _take_over(entry)):
        return foreign
    return next(foreign_paths(entry), None)


def _take_over(release_folder: Path) -> Path | None:
    """Give a marker to a release that was archived before there was one; return what shows that it is none."""
    for path in paths_below(release_folder):
        is_folder = path.is_dir() and not path.is_symlink()
        is_archived = path.relative_to(release_folder).parts[0] in ARCHIVED_FOLDERS and (
            is_folder or (path.is_file() and not path.is_symlink() and path.suffix in ARCHIVED_SUFFIXES)
        )
        if not is_archived and path != release_folder / RECALL_MARKER:
            return path
    if ContentFolder(release_folder).version != release_folder.name:
        return release_folder
    archived_at = release_folder.stat().st_mtime
    write_marker(release_folder, release_folder, ARCHIVED_FOLDERS)
    os.utime(release_folder, (archived_at, archived_at))
    return None


def _remove_if_older(folder: Path, seconds: float) -> bool:
    """Remove the bot's own *folder* if it is older than so many *seconds*; return whether it is too old."""
    try:
        is_old = time.time() - folder.stat().st_mtime > seconds
    except FileNotFoundError:
        return True
    if is_old:
        remove_own_folder(folder)
    return is_old
