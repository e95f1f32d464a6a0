"""`python -m bot draw FLOW [--document FILE [--whole]]`: a flow as Mermaid, or as a booklet for whoever signs it."""

import sys
from argparse import Namespace
from collections.abc import Collection
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
    today, file = date.today().isoformat(), Path(options.document)
    library, _ = load(home(), today)
    if fault := _fault(options.flow, library.flows[BASE], file):
        print(fault, file=sys.stderr)
        return BAD_USAGE
    flow = library.flows[BASE][options.flow]
    parts = booklet(library, flow, today, options.whole)
    try:
        write_html(parts, file) if file.suffix == ".html" else _as_pdf(parts, file)
    except ModuleNotFoundError:
        print(LACKING, file=sys.stderr)
        return BAD_USAGE
    except Unfit as unfit:
        print(unfit, file=sys.stderr)
        return BAD_USAGE
    except OSError as error:
        print(f"{file} cannot be written: {error.strerror}.", file=sys.stderr)
        return BAD_USAGE
    print(f"{file}: flows/{flow.name}.yaml, words {words_of(flow)}")
    return 0


def _as_pdf(parts: tuple[Part, ...], file: Path) -> None:
    from bot.booklet.pdf import write_pdf  # its library takes a moment to import, and may not be there

    write_pdf(parts, file)


def _fault(name: str, flows: Collection[str], file: Path) -> str:
    if name not in flows:
        return f"No flow is called '{name}'; {guess(name, flows)}".strip()
    return "" if file.suffix in (".pdf", ".html") else f"--document writes FILE.pdf or FILE.html, not '{file.name}'."
