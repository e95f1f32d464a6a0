"""`python -m bot sign`: writes a reviewer's sign-off into the files, one line each, and touches no other byte.

Whoever runs it vouches for the name: it knows nobody, and proves nothing about who sat at the keyboard.
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

from bot.loading import Shelf
from bot.problem import Faulty
from bot.reading.folder import FOLDERS, Folder
from bot.reading.sheet import sheet
from bot.review import Review
from bot.signing import Signed, Work, state, words_of, works

REFUSED = 2
YEAR = timedelta(days=365)
LINE = re.compile(r'review:[ \t]*(?:\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\})?[ \t]*(?P<comment>#.*)?')
ABOVE = ("review:", "start:", "language:", "title:")  # the line to replace; else the first of these that it goes under


class Refused(Exception):
    """Nothing was signed, and this sentence says why."""


def run(options: Namespace) -> int:
    try:
        signed = sign([Path(path) for path in options.path], review_of(options), date.today().isoformat())
    except Refused as refused:
        print(refused, file=sys.stderr)
        return REFUSED
    for line in signed:
        print(line)
    return 0


def review_of(options: Namespace) -> Review:
    """The sign-off that the command asks for; the words themselves are not known yet."""
    on = _day(options.on or date.today().isoformat(), "--on")
    due = _day(options.due or (on + YEAR).isoformat(), "--due")
    if on > date.today():
        raise Refused(f"--on {on} has not come yet.")
    if due <= on:
        raise Refused(f"--due {due} should be later than {on}, the day of the review.")
    by, role = (_words(word, name) for word, name in ((options.by, "--by"), (options.role, "--role")))
    return Review(by, role, on.isoformat(), due.isoformat(), "")


def _day(word: str, name: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise Refused(f"{name} should be a day such as 2026-11-22, not '{word}'.") from None


def _words(word: str, name: str) -> str:
    if not word.strip() or not word.isprintable() or set(word) & set("{}"):
        raise Refused(f'{name} should be plain words, such as "A. Name".')
    return word.strip()


def sign(paths: list[Path], review: Review, today: str) -> list[str]:
    """Sign the files at *paths*, all or none; a line for each says what was signed."""
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
    """The new bytes of each file, read once more and found to be truly signed."""
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
    """What can be signed, by name. Nothing is signed while anything is wrong in any file."""
    shelf = Shelf(sheet(file, data) for file, data in files.items())
    if problems := [*folder.problems, *shelf.problems()]:
        raise Faulty(problems)
    return {name: work for name, _, work in works(shelf.library(folder.version, drafts=True))}


def _file(path: Path) -> str:
    """The name of *path* below its home: flows/safety.yaml, content/es/coil.md; nothing where it has none."""
    *_, outer, inner, name = ("", *path.parts)
    if inner in FOLDERS:
        return f"{inner}/{name}"
    return f"{outer}/{inner}/{name}" if outer in FOLDERS else ""


def _root(path: Path) -> Path:
    """The folder with flows/ and content/ that *path* belongs to."""
    return path.parents[_file(path).count("/")]


def _filed(file: str) -> str:
    """What a file's words are filed under: a flow by its name, a page as `coil.md`, both perhaps below a language."""
    folder, _, name = file.partition("/")
    return name.removesuffix(".yaml") if folder == "flows" else name


def signature(review: Review) -> str:
    """*review* as it is written behind `review:`."""
    by, role = (json.dumps(word, ensure_ascii=False) for word in (review.by, review.role))
    return f'{{by: {by}, role: {role}, on: {review.on}, due: {review.due}, of: "{review.of}"}}'


def _with_line(data: bytes, file: str, line: str) -> bytes:
    """*data* with *line* as its review: that line replaced, or put under the head where there was none."""
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
    """Replace the file at once, so that nobody ever reads half of it."""
    beside = path.with_name(f".{path.name}.signing")
    beside.write_bytes(data)
    beside.chmod(path.stat().st_mode)
    os.replace(beside, path)
