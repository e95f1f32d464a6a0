"""The command `python -m bot sign`: write a reviewer's sign-off into files, one line each, and change no other byte.

The person who runs it vouches for the name: the program cannot know who sits at the keyboard.
"""

import json
import os
import re
import sys
import tempfile
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from bot.authoring.loader import BundleBuilder
from bot.authoring.parsing.content_folder import SUFFIXES_BY_FOLDER, ContentFolder
from bot.authoring.parsing.source_file import decode_source_file
from bot.model.diagnostics import DiagnosticsError
from bot.model.review import Review
from bot.model.signoff import Signable, Signed, content_hash, iter_signables, signoff_status
from bot.operations.errors import CommandError
from bot.operations.exit_codes import EXIT_BAD_USAGE, EXIT_OK

REVIEW_PERIOD = timedelta(days=365)
REVIEW_LINE = re.compile(r'review:[ \t]*(?:\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\})?[ \t]*(?P<comment>#.*)?')
# The line to replace; else the first of these that the new line goes under.
REVIEW_LINE_ANCHORS = ("review:", "start:", "language:", "title:")


def run(options: Namespace) -> int:
    """Run `sign` and return its exit code."""
    try:
        messages = sign_files([Path(path) for path in options.path], parse_review(options), date.today().isoformat())
    except CommandError as error:
        print(error, file=sys.stderr)
        return EXIT_BAD_USAGE
    for line in messages:
        print(line)
    return EXIT_OK


def parse_review(options: Namespace) -> Review:
    """Return the sign-off that the command line asks for, without the hash of the words. Raises CommandError."""
    signed_on = _parse_date(options.on or date.today().isoformat(), "--on")
    due_on = _parse_date(options.due or (signed_on + REVIEW_PERIOD).isoformat(), "--due")
    if signed_on > date.today():
        raise CommandError(f"--on {signed_on} has not come yet.")
    if due_on <= signed_on:
        raise CommandError(f"--due {due_on} should be later than {signed_on}, the day of the review.")
    by, role = (_check_text(text, name) for text, name in ((options.by, "--by"), (options.role, "--role")))
    return Review(by, role, signed_on.isoformat(), due_on.isoformat(), "")


def _parse_date(text: str, option_name: str) -> date:
    """Return the date that an option gives. Raises CommandError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{option_name} should be a day such as 2026-11-22, not '{text}'.") from None


def _check_text(text: str, option_name: str) -> str:
    """Return the text of an option, stripped; it must be printable and have no braces. Raises CommandError."""
    if not text.strip() or not text.isprintable() or set(text) & set("{}"):
        raise CommandError(f'{option_name} should be plain words, such as "A. Name".')
    return text.strip()


def sign_files(paths: list[Path], review: Review, today: str) -> list[str]:
    """Sign the files at *paths*, all or none; return a line for each that says what was signed. Raises CommandError."""
    given_paths = {path.resolve(): path for path in paths}
    for path in paths:
        if not path.is_file() or not _relative_name(path.resolve()):
            raise CommandError(
                f"There is nothing to sign at {path}: name flows/….yaml, content/….md or content/phrases.yaml."
            )
    messages, new_bytes = [], {}
    for root in sorted({_content_root(path) for path in given_paths}):
        files = {_relative_name(path): path for path in given_paths if _content_root(path) == root}
        for file, (data, reviewed) in _sign_in_root(root, list(files), review, today).items():
            new_bytes[files[file]] = data
            messages.append(
                f"{file}: signed by {reviewed.reviewer}, {reviewed.role}, due again {reviewed.due_on}, "
                f"words {reviewed.content_hash}"
            )
    for path, data in new_bytes.items():
        _replace_file(path, data)
    return messages


def _sign_in_root(root: Path, files: list[str], review: Review, today: str) -> Mapping[str, tuple[bytes, Review]]:
    """Return the new bytes and the review of each file, after reading them again to check the signature."""
    folder = ContentFolder(root)
    works_before = _signable_works(folder.files, folder)
    signed_files: dict[str, tuple[bytes, Review]] = {}
    for file in files:
        if not (work := works_before.get(_signoff_name(file))):
            raise CommandError(f"{file} is not signed on its own: only flows, pages and content/phrases.yaml are.")
        reviewed = replace(review, content_hash=content_hash(work))
        signed_files[file] = (
            _with_review_line(folder.files[file], file, f"review: {format_signature(reviewed)}"),
            reviewed,
        )
    works_after = _signable_works(folder.files | {file: data for file, (data, _) in signed_files.items()}, folder)
    for file in files:
        if not isinstance(signoff_status(works_after[_signoff_name(file)], max(today, review.signed_on)), Signed):
            raise CommandError(f"{file} could not be signed: write its review on one line, or leave it empty.")
    return signed_files


def _signable_works(files: Mapping[str, bytes], folder: ContentFolder) -> Mapping[str, Signable]:
    """Return what can be signed, by name. Raises DiagnosticsError if anything is wrong in any file."""
    builder = BundleBuilder(decode_source_file(file, data) for file, data in files.items())
    if diagnostics := [*folder.diagnostics, *builder.collect_diagnostics()]:
        raise DiagnosticsError(diagnostics)
    return {name: work for name, _, work in iter_signables(builder.build(folder.version, include_drafts=True))}


def _relative_name(path: Path) -> str:
    """Return the name of *path* below its content root, such as flows/safety.yaml or content/es/coil.md; else ""."""
    *_, outer, inner, name = ("", *path.parts)
    if inner in SUFFIXES_BY_FOLDER:
        return f"{inner}/{name}"
    return f"{outer}/{inner}/{name}" if outer in SUFFIXES_BY_FOLDER else ""


def _content_root(path: Path) -> Path:
    """Return the folder with flows/ and content/ that *path* belongs to."""
    return path.parents[_relative_name(path).count("/")]


def _signoff_name(file: str) -> str:
    """Return the name a file is signed under: a flow by its name, a page as `coil.md`, perhaps below a language."""
    folder, _, name = file.partition("/")
    return name.removesuffix(".yaml") if folder == "flows" else name


def format_signature(review: Review) -> str:
    """Return *review* as it is written after `review:`."""
    by, role = (json.dumps(text, ensure_ascii=False) for text in (review.reviewer, review.role))
    return f'{{by: {by}, role: {role}, on: {review.signed_on}, due: {review.due_on}, of: "{review.content_hash}"}}'


def _with_review_line(data: bytes, file: str, line: str) -> bytes:
    """Return *data* with *line* as its review: replaced, or inserted under the file's head if there was none."""
    lines = data.decode("utf-8").splitlines(keepends=True)
    anchor, index = next(
        ((key, index) for key in REVIEW_LINE_ANCHORS for index, text in enumerate(lines) if text.startswith(key)),
        ("", -1),
    )
    current_line = lines[index].rstrip("\r\n")
    next_line = lines[index + 1] if index + 1 < len(lines) else ""
    if not anchor or (
        anchor == "review:" and (not REVIEW_LINE.fullmatch(current_line) or next_line[:1] in (" ", "\t"))
    ):
        raise CommandError(f"{file} could not be signed: write its review on one line, or leave it empty.")
    line_ending = lines[index][len(current_line) :]
    if anchor == "review:":
        comment = (REVIEW_LINE.fullmatch(current_line) or {"comment": None})["comment"]
        lines[index] = f"{line} {comment}{line_ending}" if comment else f"{line}{line_ending}"
    else:
        lines[index] += f"{line}{line_ending}"
    return "".join(lines).encode("utf-8")


def _replace_file(path: Path, data: bytes) -> None:
    """Replace the file in one step, so that no reader ever sees half of it."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".signing", dir=path.parent)
    temporary = Path(name)  # a new file: whatever is there already stays
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        temporary.chmod(path.stat().st_mode)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
