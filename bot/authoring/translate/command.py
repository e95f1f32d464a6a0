"""The command `python -m bot translate`: begin a language, export its texts, import them, accept them as current."""

import sys
from argparse import Namespace
from pathlib import Path

from bot.authoring.loader import content_root
from bot.authoring.localization.translation_file import UNTRANSLATED, UP_TO_DATE
from bot.authoring.translate.workspace import TranslationWorkspace, declare_language
from bot.operations.errors import CommandError
from bot.operations.exit_codes import EXIT_BAD_USAGE, EXIT_FINDINGS, EXIT_OK
from bot.operations.output_file import write_output

BABEL_MISSING_MESSAGE = "This needs Babel: pip install 'confidante[translate]' brings it."


def run(options: Namespace) -> int:
    """Run `translate` and return its exit code."""
    root = Path(options.home) if options.home else content_root()
    try:
        return ACTIONS[options.what](root, options)
    except CommandError as error:
        print(error, file=sys.stderr)
        return EXIT_BAD_USAGE
    except ImportError:
        print(BABEL_MISSING_MESSAGE, file=sys.stderr)
        return EXIT_BAD_USAGE


def start_language(root: Path, options: Namespace) -> int:
    """Make the files of a language, or update them with new English texts as comments."""
    declare_language(root, options.language, options.name)
    return _write_and_report(TranslationWorkspace(root, options.language), root)


def export_po(root: Path, options: Namespace) -> int:
    """Write all texts of a language as one PO file, to --out or to standard output."""
    from bot.authoring.translate.po_files import to_po

    text = to_po(TranslationWorkspace(root, options.language))
    if options.out:
        try:
            write_output(Path(options.out), text)
        except OSError as error:
            raise CommandError(f"{options.out} cannot be written: {error.strerror}.") from None
    else:
        sys.stdout.write(text)
    return EXIT_OK


def import_po(root: Path, options: Namespace) -> int:
    """Import the translations in a PO file."""
    from bot.authoring.translate.po_files import apply_po

    try:
        data = Path(options.file[0]).read_bytes() if options.file else b""
    except OSError as error:
        raise CommandError(f"'{options.file[0]}' cannot be read: {error.strerror}.") from error
    if not data:
        raise CommandError("Which PO file? python -m bot translate import es FILE.po")
    workspace = TranslationWorkspace(root, options.language)
    apply_po(workspace, data)
    return _write_and_report(workspace, root)


def accept_translations(root: Path, options: Namespace) -> int:
    """Mark all texts of the named files as made from today's English: a translator has compared them."""
    workspace = TranslationWorkspace(root, options.language)
    files = [file.replace(f"/{options.language}/", "/") for file in options.file]
    if not files:
        raise CommandError(f"Which files are right? python -m bot translate accept {workspace.language} flows/…")
    if unknown_file := next((file for file in files if file not in workspace.originals), ""):
        raise CommandError(f"There is no {unknown_file} to translate.")
    workspace.accept(files)
    return _write_and_report(workspace, root)


def _write_and_report(workspace: TranslationWorkspace, root: Path) -> int:
    """Write the changed files, then print the progress and all faults; return the exit code."""
    for file in workspace.write():
        print(f"{file}: written")
    diagnostics = TranslationWorkspace(root, workspace.language).diagnostics()
    to_mend = [diagnostic for diagnostic in diagnostics if diagnostic.code != UNTRANSLATED]
    print(_progress_line(workspace))
    if to_mend:
        print("\n\n".join(map(str, to_mend)), file=sys.stderr)
    return EXIT_FINDINGS if to_mend else EXIT_OK


def _progress_line(workspace: TranslationWorkspace) -> str:
    """Return a sentence on how many texts are translated from today's English."""
    units = [
        (workspace.translation_of(file), unit)
        for file, units_by_path in workspace.units()
        for unit in units_by_path.values()
        if not unit.is_optional
    ]
    current_count = sum(translation.status_of(unit) == UP_TO_DATE for translation, unit in units)
    return f"{workspace.language}: {current_count} of {len(units)} texts are translated from today's English."


ACTIONS = {"new": start_language, "export": export_po, "import": import_po, "accept": accept_translations}
