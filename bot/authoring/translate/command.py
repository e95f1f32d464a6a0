"""The command `python -m bot translate`: begin a language, export its texts, import them, accept them as current."""

import sys
from argparse import Namespace
from pathlib import Path

from bot.authoring.loader import home
from bot.authoring.localization.translation_file import FRESH, NEW
from bot.authoring.translate.workspace import Refused, Workshop, declare

FAULTY, REFUSED = 1, 2
NEEDS = "This needs Babel: pip install 'confidante[translate]' brings it."


def run(options: Namespace) -> int:
    """Run `translate` and return its exit code."""
    root = Path(options.home) if options.home else home()
    try:
        return DOES[options.what](root, options)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return REFUSED
    except ImportError:
        print(NEEDS, file=sys.stderr)
        return REFUSED


def new(root: Path, options: Namespace) -> int:
    """Make the files of a language, or update them with new English texts as comments."""
    declare(root, options.language, options.name)
    return _kept(Workshop(root, options.language), root)


def export(root: Path, options: Namespace) -> int:
    """Write all texts of a language as one PO file, to --out or to standard output."""
    from bot.authoring.translate.po_files import exported

    text = exported(Workshop(root, options.language))
    if options.out:
        Path(options.out).write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0


def take(root: Path, options: Namespace) -> int:
    """Import the translations in a PO file."""
    from bot.authoring.translate.po_files import imported

    try:
        data = Path(options.file[0]).read_bytes() if options.file else b""
    except OSError as error:
        raise Refused(f"'{options.file[0]}' cannot be read: {error.strerror}.") from error
    if not data:
        raise Refused("Which PO file? python -m bot translate import es FILE.po")
    shop = Workshop(root, options.language)
    imported(shop, data)
    return _kept(shop, root)


def accept(root: Path, options: Namespace) -> int:
    """Mark all texts of the named files as made from today's English: a translator has compared them."""
    shop = Workshop(root, options.language)
    files = [file.replace(f"/{options.language}/", "/") for file in options.file]
    if not files:
        raise Refused(f"Which files are right? python -m bot translate accept {shop.language} flows/…")
    if unknown := next((file for file in files if file not in shop.originals), ""):
        raise Refused(f"There is no {unknown} to translate.")
    shop.accept(files)
    return _kept(shop, root)


def _kept(shop: Workshop, root: Path) -> int:
    """Write the changed files, then print the progress and all faults; return the exit code."""
    for file in shop.write():
        print(f"{file}: written")
    problems = Workshop(root, shop.language).problems()
    others = [problem for problem in problems if problem.slug != NEW]
    print(_said(shop))
    if others:
        print("\n\n".join(map(str, others)), file=sys.stderr)
    return FAULTY if others else 0


def _said(shop: Workshop) -> str:
    """Return a sentence on how many texts are translated from today's English."""
    every = [(shop.of(file), unit) for file, wanted in shop.units() for unit in wanted.values() if not unit.spare]
    fresh = sum(made.state(unit) == FRESH for made, unit in every)
    return f"{shop.language}: {fresh} of {len(every)} texts are translated from today's English."


DOES = {"new": new, "export": export, "import": take, "accept": accept}
