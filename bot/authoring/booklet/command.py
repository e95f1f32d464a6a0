"""The command `python -m bot draw FLOW [--document FILE [--whole]]`: a flow as Mermaid source or as a booklet."""

import sys
from argparse import Namespace
from datetime import date
from pathlib import Path

from bot.authoring.booklet import diagram
from bot.authoring.booklet.sections import booklet
from bot.authoring.documents.html import write_html
from bot.authoring.documents.model import Part
from bot.authoring.loader import home, load
from bot.clinics.command import Unfit
from bot.model.bundle import BASE
from bot.model.diagnostics import guess
from bot.model.signoff import words_of

BAD_USAGE = 2
LACKING = "A PDF needs some more packages: pip install segno fpdf2 fontpkg-fira-sans\nFILE.html needs none."


def run(options: Namespace) -> int:
    """Run `draw` and return its exit code."""
    if not options.document:
        return diagram.run(options)
    try:
        print(document(options.flow, Path(options.document), options.whole))
    except Unfit as unfit:
        print(unfit, file=sys.stderr)
        return BAD_USAGE
    return 0


def document(name: str, file: Path, whole: bool) -> str:
    """Write the booklet of a flow to *file* and return a line with its name and hash. Raises CommandError."""
    if file.suffix not in WRITERS:
        raise Unfit(f"--document writes FILE.pdf or FILE.html, not '{file.name}'.")
    today = date.today().isoformat()
    library, _ = load(home(), today)
    flow = library.flows[BASE].get(name)
    if flow is None:
        raise Unfit(f"No flow is called '{name}'; {guess(name, library.flows[BASE])}".strip())
    try:
        WRITERS[file.suffix](booklet(library, flow, today, whole), file)
    except ModuleNotFoundError:
        raise Unfit(LACKING) from None
    except OSError as error:
        raise Unfit(f"{file} cannot be written: {error.strerror}.") from None
    return f"{file}: flows/{flow.name}.yaml, words {words_of(flow)}"


def _as_pdf(parts: tuple[Part, ...], file: Path) -> None:
    """Write *parts* as a PDF."""
    from bot.authoring.documents.pdf import write_pdf  # the PDF packages are slow to import and optional

    write_pdf(parts, file)


WRITERS = {".pdf": _as_pdf, ".html": write_html}
