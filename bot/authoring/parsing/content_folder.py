"""The files in flows/ and content/, translations too: the bytes of each, and what is missing or does not belong."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from bot.authoring.parsing.source_file import read_limited
from bot.model.diagnostics import Diagnostic, SourceLocation
from bot.model.language import LANGUAGE_CODE_PATTERN

SUFFIXES_BY_FOLDER = {"flows": (".yaml",), "content": (".md", ".yaml")}
OTHER_FILES = ("content/examples.tsv", "content/intents.json")  # read for all that their suffix is another
REQUIRED_FILES = ("flows/red_flags.yaml", "content/phrases.yaml", "content/numbers.yaml", "content/helplines.yaml")
IGNORED_NAMES = (
    "README.md",
    "clinics.example.yaml",
    "tests",
    "schema",
    "hazards.yaml",
    "proof.json",
    "reading_levels.json",
    "remaining.json",
)  # for authors: neither read here nor part of the version


class ContentFolder:
    """The content folder; *files* are sorted and keyed by their name below it, such as `flows/start.yaml`."""

    def __init__(self, root: Path) -> None:
        """Read all files below *root* and collect diagnostics for what is missing or does not belong."""
        self.root = root.resolve()
        self.diagnostics: list[Diagnostic] = []
        self.files: dict[str, bytes] = {}
        for folder, suffixes in SUFFIXES_BY_FOLDER.items():
            for path in self._list_files(folder):
                relative_path = path.relative_to(self.root / folder)
                self._read_file(path, "/".join((folder, *map(_printable_name, relative_path.parts))), suffixes)
        reported_files = {diagnostic.location.file for diagnostic in self.diagnostics}
        for file in REQUIRED_FILES:
            if file not in self.files and reported_files.isdisjoint({file, file.partition("/")[0]}):
                self._report(file, "not-found", "this file is missing")

    @property
    def version(self) -> str:
        """Return the hash of every name and every byte: what a session is pinned to."""
        digest = hashlib.sha256()
        for file, data in sorted(self.files.items()):
            for part in (file.encode(), data):
                digest.update(len(part).to_bytes(8, "big") + part)  # lengths: no byte can move to another part
        return digest.hexdigest()

    def _list_files(self, folder: str) -> Iterator[Path]:
        """Return every path in *folder*, and in its language subfolders, which hold translations."""
        for path in self._list_directory(folder):
            if LANGUAGE_CODE_PATTERN.fullmatch(path.name) and path.is_dir() and self._is_inside(path, folder):
                yield from self._list_directory(f"{folder}/{path.name}")
            else:
                yield path

    def _list_directory(self, folder: str) -> list[Path]:
        """Return the sorted paths directly in *folder*, without ignored and hidden ones."""
        try:
            return sorted(
                path
                for path in (self.root / folder).iterdir()
                if path.name not in IGNORED_NAMES and path.name[0] != "."
            )
        except FileNotFoundError:
            self._report(folder, "not-found", "this folder is missing")
        except OSError as error:
            self._report(folder, "unreadable", f"this folder cannot be opened: {error.strerror}")
        return []

    def _read_file(self, path: Path, file: str, suffixes: tuple[str, ...]) -> None:
        """Read the bytes of one file, or report why it cannot be read."""
        if not self._is_inside(path, file.partition("/")[0]):
            message = "this is a link that leads out of the folder, or in a circle"
            self._report(file, "outside", message, "put the file itself here")
        elif (path.suffix not in suffixes and file not in OTHER_FILES) or path.is_dir():
            self._report(file, "stray", "nobody reads this", f"only files that end in {' or '.join(suffixes)} are read")
        elif not path.is_file():
            self._report(file, "unreadable", "this is no file that can be read")
        else:
            try:
                self.files[file] = read_limited(path)
            except OSError as error:
                self._report(file, "unreadable", f"this file cannot be opened: {error.strerror}")

    def _is_inside(self, path: Path, folder: str) -> bool:
        """Whether *path*, with links followed, is still inside *folder*."""
        try:
            return path.resolve().is_relative_to(self.root / folder)
        except (OSError, RuntimeError):  # a link in a circle
            return False

    def _report(self, file: str, code: str, message: str, hint: str = "") -> None:
        """Report a diagnostic about *file* as a whole."""
        self.diagnostics.append(Diagnostic(SourceLocation(file, 1, 1), code, message, hint))


def _printable_name(name: str) -> str:
    """Return a file's name as it can be printed on one line."""
    return name if name.isprintable() else ascii(name)[1:-1]
