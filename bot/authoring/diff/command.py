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

from bot.authoring.diff.changes import Changes, find_changes
from bot.authoring.diff.minimal_answers import SearchBudgetExceededError
from bot.authoring.diff.product_graph import PairBudgetExceededError, ProductGraph
from bot.authoring.diff.report import DOCUMENT_TITLE, ChangeTable
from bot.authoring.diff.version_graph import TooEntangledError, VersionGraph
from bot.authoring.documents.report import to_html, to_markdown
from bot.authoring.loader import content_root, load_bundle
from bot.model.bundle import ContentBundle
from bot.model.diagnostics import DiagnosticsError
from bot.operations.errors import CommandError
from bot.operations.exit_codes import EXIT_BAD_USAGE, EXIT_FINDINGS, EXIT_OK
from bot.operations.output_file import write_output

CONTENT_FOLDERS = ("flows", "content")


def run(options: Namespace) -> int:
    """Run the command and return its exit code: 0, 1 when people now end less urgently, 2 when it could not compare."""
    try:
        with ExitStack() as stack:
            old, new = (_load_version(version, stack) for version in (options.old, options.new))
            found = compare(old, new)
    except CommandError as error:
        print(error, file=sys.stderr)
        return EXIT_BAD_USAGE
    table = ChangeTable(old, new, found)
    print(to_markdown(DOCUMENT_TITLE, table.sections()), end="")
    if options.html:
        try:
            write_output(Path(options.html), to_html(DOCUMENT_TITLE, table.sections()))
        except OSError as error:
            print(f"{options.html} cannot be written: {error.strerror}.", file=sys.stderr)
            return EXIT_BAD_USAGE
    return EXIT_FINDINGS if found.has_less_urgent else EXIT_OK


def compare(old: ContentBundle, new: ContentBundle) -> Changes:
    """Return every change from *old* to *new*.

    Raises CommandError where that cannot be computed over all conversations.
    """
    try:
        return find_changes(ProductGraph(VersionGraph(old), VersionGraph(new)).build())
    except TooEntangledError as error:
        raise CommandError(
            f"Not compared: one version has too many situations to tell apart, most of them at '{error}'."
        ) from None
    except (PairBudgetExceededError, SearchBudgetExceededError):
        message = "Not compared: the versions differ too much to look at every conversation. Compare smaller steps."
        raise CommandError(message) from None


def _load_version(version: str, stack: ExitStack) -> ContentBundle:
    """Load the bundle in the folder *version*, or as it was in that git revision of this project."""
    root = Path(version)
    if not (root / "flows").is_dir():
        root = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        _extract_revision(version, root)
    try:
        return load_bundle(root)[0]
    except DiagnosticsError as error:
        raise CommandError(f"{version} cannot be read:\n\n{error}") from None


def _extract_revision(revision: str, into: Path) -> None:
    """Extract flows/ and content/ as they were in *revision* into the folder *into*."""
    git = shutil.which("git")
    if not git:
        raise CommandError(f"'{revision}' is no folder with flows/ in it, and git is not installed.")
    command = [
        git,
        "-C",
        str(content_root()),
        "archive",
        "--format=tar",
        "--end-of-options",
        revision,
        *CONTENT_FOLDERS,
    ]
    archived = subprocess.run(command, capture_output=True, check=False)  # noqa: S603  a list, and no shell
    if archived.returncode:
        raise CommandError(f"'{revision}' is neither a folder with flows/ in it nor a revision of this project.")
    with tarfile.open(fileobj=io.BytesIO(archived.stdout)) as tar:
        if hasattr(tarfile, "data_filter"):  # Python 3.11.4; what git itself archived holds no trap before that either
            tar.extraction_filter = tarfile.data_filter
        tar.extractall(into)  # noqa: S202
