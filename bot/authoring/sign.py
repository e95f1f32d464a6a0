"""The command `python -m bot sign`: write a reviewer's sign-off into files, one line each, and change no other byte.

The person who runs it vouches for the name: the program cannot know who sits at the keyboard.
"""

import json
import os
import re
import sys
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from bot.authoring.loader import Shelf
from bot.authoring.parsing.content_folder import FOLDERS, Folder
from bot.authoring.parsing.source_file import sheet
from bot.model.diagnostics import Faulty
from bot.model.review import Review
from bot.model.signoff import Signed, Work, state, words_of, works

REFUSED = 2
YEAR = timedelta(days=365)
LINE = re.compile(r'review:[ \t]*(?:\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\})?[ \t]*(?P<comment>#.*)?')
# The line to replace; else the first of these that the new line goes under.
ABOVE = ("review:", "start:", "language:", "title:")


class Refused(Exception):
    """An error the user can mend: nothing was signed, and its sentence says why."""


def run(options: Namespace) -> int:
    """Run `sign` and return its exit code."""
    try:
        signed = sign([Path(path) for path in options.path], review_of(options), date.today().isoformat())
    except Refused as refused:
        print(refused, file=sys.stderr)
        return REFUSED
    for line in signed:
        print(line)
    return 0


def review_of(options: Namespace) -> Review:
    """Return the sign-off that the command line asks for, without the hash of the words. Raises CommandError."""
    on = _day(options.on or date.today().isoformat(), "--on")
    due = _day(options.due or (on + YEAR).isoformat(), "--due")
    if on > date.today():
        raise Refused(f"--on {on} has not come yet.")
    if due <= on:
        raise Refused(f"--due {due} should be later than {on}, the day of the review.")
    by, role = (_words(word, name) for word, name in ((options.by, "--by"), (options.role, "--role")))
    return Review(by, role, on.isoformat(), due.isoformat(), "")


def _day(word: str, name: str) -> date:
    """Return the date that an option gives. Raises CommandError."""
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise Refused(f"{name} should be a day such as 2026-11-22, not '{word}'.") from None


def _words(word: str, name: str) -> str:
    """Return the text of an option, stripped; it must be printable and have no braces. Raises CommandError."""
    if not word.strip() or not word.isprintable() or set(word) & set("{}"):
        raise Refused(f'{name} should be plain words, such as "A. Name".')
    return word.strip()


def sign(paths: list[Path], review: Review, today: str) -> list[str]:
    """Sign the files at *paths*, all or none; return a line for each that says what was signed. Raises CommandError."""
    at = {path.resolve(): path for path in paths}
    for path in paths:
        if not path.is_file() or not _file(path.resolve()):
            raise Refused(
                f"There is nothing to sign at {path}: name flows/….yaml, content/….md or content/phrases.yaml."
            )
    told, changed = [], {}
    for root in sorted({_root(path) for path in at}):
        files = {_file(path): path for path in at if _root(path) == root}
        for file, (data, reviewed) in _signed(root, list(files), review, today).items():
            changed[files[file]] = data
            told.append(
                f"{file}: signed by {reviewed.by}, {reviewed.role}, due again {reviewed.due}, words {reviewed.of}"
            )
    for path, data in changed.items():
        _write(path, data)
    return told


def _signed(root: Path, files: list[str], review: Review, today: str) -> Mapping[str, tuple[bytes, Review]]:
    """Return the new bytes and the review of each file, after reading them again to check the signature."""
    folder = Folder(root)
    before = _works(folder.files, folder)
    found: dict[str, tuple[bytes, Review]] = {}
    for file in files:
        if not (work := before.get(_filed(file))):
            raise Refused(f"{file} is not signed on its own: only flows, pages and content/phrases.yaml are.")
        reviewed = replace(review, of=words_of(work))
        found[file] = _with_line(folder.files[file], file, f"review: {signature(reviewed)}"), reviewed
    after = _works(folder.files | {file: data for file, (data, _) in found.items()}, folder)
    for file in files:
        if not isinstance(state(after[_filed(file)], max(today, review.on)), Signed):
            raise Refused(f"{file} could not be signed: write its review on one line, or leave it empty.")
    return found


def _works(files: Mapping[str, bytes], folder: Folder) -> Mapping[str, Work]:
    """Return what can be signed, by name. Raises DiagnosticsError if anything is wrong in any file."""
    shelf = Shelf(sheet(file, data) for file, data in files.items())
    if problems := [*folder.problems, *shelf.problems()]:
        raise Faulty(problems)
    return {name: work for name, _, work in works(shelf.library(folder.version, drafts=True))}


def _file(path: Path) -> str:
    """Return the name of *path* below its content root, such as flows/safety.yaml or content/es/coil.md; else ""."""
    *_, outer, inner, name = ("", *path.parts)
    if inner in FOLDERS:
        return f"{inner}/{name}"
    return f"{outer}/{inner}/{name}" if outer in FOLDERS else ""


def _root(path: Path) -> Path:
    """Return the folder with flows/ and content/ that *path* belongs to."""
    return path.parents[_file(path).count("/")]


def _filed(file: str) -> str:
    """Return the name a file is signed under: a flow by its name, a page as `coil.md`, perhaps below a language."""
    folder, _, name = file.partition("/")
    return name.removesuffix(".yaml") if folder == "flows" else name


def signature(review: Review) -> str:
    """Return *review* as it is written after `review:`."""
    by, role = (json.dumps(word, ensure_ascii=False) for word in (review.by, review.role))
    return f'{{by: {by}, role: {role}, on: {review.on}, due: {review.due}, of: "{review.of}"}}'


def _with_line(data: bytes, file: str, line: str) -> bytes:
    """Return *data* with *line* as its review: replaced, or inserted under the file's head if there was none."""
    lines = data.decode("utf-8").splitlines(keepends=True)
    begin, at = next(((key, at) for key in ABOVE for at, text in enumerate(lines) if text.startswith(key)), ("", -1))
    typed = lines[at].rstrip("\r\n")
    below = lines[at + 1] if at + 1 < len(lines) else ""
    if not begin or (begin == "review:" and (not LINE.fullmatch(typed) or below[:1] in (" ", "\t"))):
        raise Refused(f"{file} could not be signed: write its review on one line, or leave it empty.")
    end = lines[at][len(typed) :]
    if begin == "review:":
        comment = (LINE.fullmatch(typed) or {"comment": None})["comment"]
        lines[at] = f"{line} {comment}{end}" if comment else f"{line}{end}"
    else:
        lines[at] += f"{line}{end}"
    return "".join(lines).encode("utf-8")


def _write(path: Path, data: bytes) -> None:
    """Replace the file in one step, so that no reader ever sees half of it."""
    beside = path.with_name(f".{path.name}.signing")
    beside.write_bytes(data)
    beside.chmod(path.stat().st_mode)
    os.replace(beside, path)
