"""What lies in flows/ and content/, translations too: the bytes of each file, what is missing or does not belong."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from bot.languages import CODE
from bot.problem import Place, Problem
from bot.reading.sheet import MOST_BYTES

FOLDERS = {"flows": (".yaml",), "content": (".md", ".yaml")}
NEEDED = ("flows/red_flags.yaml", "content/phrases.yaml", "content/numbers.yaml", "content/helplines.yaml")
BESIDE = (
    "README.md",
    "clinics.example.yaml",
    "tests",
    "schema",
    "hazards.yaml",
    "proof.json",
    "reading_levels.json",
    "remaining.json",
)  # for authors: neither read here nor part of the version


class Folder:
    """*files* are keyed by their name below the folder, such as `flows/start.yaml`, and sorted by it."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.problems: list[Problem] = []
        self.files: dict[str, bytes] = {}
        for folder, endings in FOLDERS.items():
            for path in self._files(folder):
                inside = path.relative_to(self.root / folder)
                self._take(path, "/".join((folder, *map(_printable, inside.parts))), endings)
        told = {problem.place.file for problem in self.problems}
        for file in NEEDED:
            if file not in self.files and told.isdisjoint({file, file.partition("/")[0]}):
                self._fault(file, "not-found", "this file is missing")

    @property
    def version(self) -> str:
        """The hash of every name and every byte: what a session is pinned to."""
        digest = hashlib.sha256()
        for file, data in sorted(self.files.items()):
            for part in (file.encode(), data):
                digest.update(len(part).to_bytes(8, "big") + part)  # lengths, so that no byte can move over
        return digest.hexdigest()

    def _files(self, folder: str) -> Iterator[Path]:
        """Everything in *folder*, and in a folder in it that is called like a language: translations."""
        for path in self._listed(folder):
            if CODE.fullmatch(path.name) and path.is_dir() and self._inside(path, folder):
                yield from self._listed(f"{folder}/{path.name}")
            else:
                yield path

    def _listed(self, folder: str) -> list[Path]:
        try:
            return sorted(
                path for path in (self.root / folder).iterdir() if path.name not in BESIDE and path.name[0] != "."
            )
        except FileNotFoundError:
            self._fault(folder, "not-found", "this folder is missing")
        except OSError as error:
            self._fault(folder, "unreadable", f"this folder cannot be opened: {error.strerror}")
        return []

    def _take(self, path: Path, file: str, endings: tuple[str, ...]) -> None:
        if not self._inside(path, file.partition("/")[0]):
            message = "this is a link that leads out of the folder, or in a circle"
            self._fault(file, "outside", message, "put the file itself here")
        elif path.suffix not in endings or path.is_dir():
            self._fault(file, "stray", "nobody reads this", f"only files that end in {' or '.join(endings)} are read")
        elif not path.is_file():
            self._fault(file, "unreadable", "this is no file that can be read")
        else:
            try:
                with path.open("rb") as opened:
                    self.files[file] = opened.read(MOST_BYTES + 1)
            except OSError as error:
                self._fault(file, "unreadable", f"this file cannot be opened: {error.strerror}")

    def _inside(self, path: Path, folder: str) -> bool:
        try:
            return path.resolve().is_relative_to(self.root / folder)
        except (OSError, RuntimeError):  # a link in a circle
            return False

    def _fault(self, file: str, slug: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(Place(file, 1, 1), slug, message, hint))


def _printable(name: str) -> str:
    """A file's name as it can be printed on one line."""
    return name if name.isprintable() else ascii(name)[1:-1]
