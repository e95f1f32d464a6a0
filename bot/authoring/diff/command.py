"""The command `python -m bot diff OLD NEW`: compare two folders or git revisions, and show who ends differently."""

import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
from argparse import Namespace
from contextlib import ExitStack
from pathlib import Path

from bot.authoring.diff.changes import Changes, changes
from bot.authoring.diff.minimal_answers import TooLong
from bot.authoring.diff.product_graph import Lockstep, TooMany
from bot.authoring.diff.report import Table
from bot.authoring.diff.version_graph import Entangled, Side
from bot.authoring.loader import home, load
from bot.model.bundle import Library
from bot.model.diagnostics import Faulty

LESS_URGENT, FAILED = 1, 2
FOLDERS = ("flows", "content")


class NotRun(Exception):
    """The versions could not be compared; the message says why in one sentence."""


def run(options: Namespace) -> int:
    """Run the command and return its exit code: 0, 1 when people now end less urgently, 2 when it could not compare."""
    try:
        with ExitStack() as stack:
            old, new = (_library(version, stack) for version in (options.old, options.new))
            found = compared(old, new)
    except NotRun as failed:
        print(failed, file=sys.stderr)
        return FAILED
    table = Table(old, new, found)
    print("\n".join(table.markdown()))
    if options.html:
        Path(options.html).write_text("\n".join(table.html()), encoding="utf-8")
    return LESS_URGENT if found.less_urgent else 0


def compared(old: Library, new: Library) -> Changes:
    """Return every change from *old* to *new*.

    Raises CommandError where that cannot be computed over all conversations.
    """
    try:
        return changes(Lockstep(Side(old), Side(new)).walk())
    except Entangled as error:
        raise NotRun(
            f"Not compared: one version has too many situations to tell apart, most of them at '{error}'."
        ) from None
    except (TooMany, TooLong):
        message = "Not compared: the versions differ too much to look at every conversation. Compare smaller steps."
        raise NotRun(message) from None


def _library(version: str, stack: ExitStack) -> Library:
    """Load the bundle in the folder *version*, or as it was in that git revision of this project."""
    root = Path(version)
    if not (root / "flows").is_dir():
        root = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        _check_out(version, root)
    try:
        return load(root)[0]
    except Faulty as faulty:
        raise NotRun(f"{version} cannot be read:\n\n{faulty}") from None


def _check_out(revision: str, into: Path) -> None:
    """Extract flows/ and content/ as they were in *revision* into the folder *into*."""
    git = shutil.which("git")
    if not git:
        raise NotRun(f"'{revision}' is no folder with flows/ in it, and git is not installed.")
    command = [git, "-C", str(home()), "archive", "--format=tar", "--end-of-options", revision, *FOLDERS]
    archived = subprocess.run(command, capture_output=True, check=False)  # noqa: S603  a list, and no shell
    if archived.returncode:
        raise NotRun(f"'{revision}' is neither a folder with flows/ in it nor a revision of this project.")
    with tarfile.open(fileobj=io.BytesIO(archived.stdout)) as tar:
        if hasattr(tarfile, "data_filter"):  # Python 3.11.4; what git itself archived holds no trap before that either
            tar.extraction_filter = tarfile.data_filter
        tar.extractall(into)  # noqa: S202
