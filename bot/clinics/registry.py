"""The registry of clinics: their file is read whole or refused whole, and read again without losing what was good."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.authoring.parsing.parse_context import ParseContext
from bot.authoring.parsing.readers.clinics import read_clinics
from bot.authoring.parsing.source_file import MAX_FILE_BYTES, decode_source_file
from bot.model.bundle import ContentBundle
from bot.model.clinic import Clinic
from bot.model.diagnostics import Diagnostic, DiagnosticsError, SourceLocation


@dataclass(frozen=True, slots=True)
class ClinicRegistry:
    """The clinics of one file, by their ids.

    *bot* is the bot's name in Telegram, for links; empty where the file does not tell it.
    """

    clinics: Mapping[str, Clinic] = field(default_factory=dict)
    bot: str = ""


def read_registry(path: Path, bundle: ContentBundle) -> ClinicRegistry:
    """Return the clinics in the file *path*, checked against what *bundle* can offer them.

    Raises DiagnosticsError with all that is wrong.
    """
    return parse_registry(_read_bytes(path), path.name, bundle)


def registry_from_environment(bundle: ContentBundle) -> ClinicRegistry:
    """Return the registry that CLINICS names in the environment; DiagnosticsError if it is not set or not good."""
    if path := os.environ.get("CLINICS", "").strip():
        return read_registry(Path(path), bundle)
    message, hint = (
        "CLINICS is not set: it names the file with the clinics",
        "begin with a copy of content/clinics.example.yaml",
    )
    raise DiagnosticsError([Diagnostic(SourceLocation("CLINICS", 1, 1), "not-found", message, hint)])


def parse_registry(data: bytes, file: str, bundle: ContentBundle) -> ClinicRegistry:
    """Return the clinics in *data*, the bytes of a file; DiagnosticsError with all that is wrong."""
    context = ParseContext(decode_source_file(file, data))
    bot, clinics = read_clinics(context, bundle)
    if context.diagnostics:
        raise DiagnosticsError(context.diagnostics)
    return ClinicRegistry(clinics, bot)


def _read_bytes(path: Path) -> bytes:
    """Return the bytes of a file, one more than allowed at the most; DiagnosticsError if it cannot be read."""
    try:
        if not path.is_file():
            raise DiagnosticsError([Diagnostic(SourceLocation(path.name, 1, 1), "not-found", "this file is missing")])
        with path.open("rb") as stream:
            return stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        message = f"this file cannot be opened: {error.strerror}"
        raise DiagnosticsError([Diagnostic(SourceLocation(path.name, 1, 1), "unreadable", message)]) from None


class ClinicsFile:
    """The clinics' file with the registry in force, which is read again when the file changes.

    A bad file keeps the registry of before: no person loses their clinic's phone number.
    """

    def __init__(self, path: Path, bundle: ContentBundle) -> None:
        self.path, self._bundle = path, bundle
        self._file_stamp = _time_and_size(path)
        self.registry = read_registry(path, bundle)

    def reload_if_changed(self) -> tuple[Diagnostic, ...]:
        """Read the file again if it was changed since it was last read; return what is wrong with it."""
        stamp = _time_and_size(self.path)
        if stamp == self._file_stamp:
            return ()
        self._file_stamp = stamp
        return self.reload()

    def reload(self) -> tuple[Diagnostic, ...]:
        """Read the file again; return what is wrong with it, and then the registry has not changed."""
        try:
            self.registry = read_registry(self.path, self._bundle)
        except DiagnosticsError as error:
            return error.diagnostics
        return ()


def _time_and_size(path: Path) -> tuple[int, int]:
    """Return the time and size of a file, which change when it is written; zeros if it is not there."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size
