"""`python -m bot draw FLOW [--document FILE [--whole]]`: a flow as Mermaid, or as a booklet for whoever signs it."""

import sys
from argparse import Namespace
from datetime import date
from pathlib import Path

from bot import diagram
from bot.booklet.chapters import booklet
from bot.booklet.html import write_html
from bot.booklet.parts import Part
from bot.library import BASE
from bot.loading import home, load
from bot.office import Unfit
from bot.problem import guess
from bot.signing import words_of

BAD_USAGE = 2
LACKING = "A PDF needs some more packages: pip install segno fpdf2 fontpkg-fira-sans\nFILE.html needs none."


def run(options: Namespace) -> int:
    if not options.document:
        return diagram.run(options)
    try:
        print(document(options.flow, Path(options.document), options.whole))
    except Unfit as unfit:
        print(unfit, file=sys.stderr)
        return BAD_USAGE
    return 0


def document(name: str, file: Path, whole: bool) -> str:
    """Write the booklet of a flow; what was written, with its hash. Raises Unfit."""
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
    from bot.booklet.pdf import write_pdf  # its library takes a moment to import, and may not be there

    write_pdf(parts, file)


WRITERS = {".pdf": _as_pdf, ".html": write_html}
