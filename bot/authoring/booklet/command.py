"""The command `python -m bot draw FLOW [--document FILE [--whole]]`: a flow as Mermaid source or as a booklet."""

import sys
from argparse import Namespace
from datetime import date
from pathlib import Path

from bot.authoring.booklet import diagram
from bot.authoring.booklet.chapters import build_booklet
from bot.authoring.documents.document_model import DocumentPart
from bot.authoring.documents.html import write_html
from bot.authoring.loader import content_root, load_bundle
from bot.model.bundle import BASE_LANGUAGE
from bot.model.diagnostics import suggest
from bot.model.signoff import content_hash
from bot.operations.errors import CommandError
from bot.operations.exit_codes import EXIT_BAD_USAGE, EXIT_OK
from bot.operations.output_file import output_file

MISSING_PACKAGES_MESSAGE = (
    "A PDF needs some more packages: pip install segno fpdf2 fontpkg-fira-sans\nFILE.html needs none."
)


def run(options: Namespace) -> int:
    """Run `draw` and return its exit code."""
    if not options.document:
        return diagram.run(options)
    try:
        print(write_booklet(options.flow, Path(options.document), options.whole))
    except CommandError as error:
        print(error, file=sys.stderr)
        return EXIT_BAD_USAGE
    return EXIT_OK


def write_booklet(flow_name: str, file: Path, include_subflows: bool) -> str:
    """Write the booklet of a flow to *file* and return a line with its name and hash. Raises CommandError."""
    if file.suffix not in BOOKLET_WRITERS:
        raise CommandError(f"--document writes FILE.pdf or FILE.html, not '{file.name}'.")
    today = date.today().isoformat()
    bundle, _ = load_bundle(content_root(), today)
    flow = bundle.flows[BASE_LANGUAGE].get(flow_name)
    if flow is None:
        raise CommandError(
            f"No flow is called '{flow_name}'; {suggest(flow_name, bundle.flows[BASE_LANGUAGE])}".strip()
        )
    try:
        with output_file(file) as temporary:
            BOOKLET_WRITERS[file.suffix](build_booklet(bundle, flow, today, include_subflows), temporary)
    except ModuleNotFoundError:
        raise CommandError(MISSING_PACKAGES_MESSAGE) from None
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error.strerror}.") from None
    return f"{file}: flows/{flow.name}.yaml, words {content_hash(flow)}"


def _write_pdf(parts: tuple[DocumentPart, ...], file: Path) -> None:
    """Write *parts* as a PDF."""
    from bot.authoring.documents.pdf import write_pdf  # the PDF packages are slow to import and optional

    write_pdf(parts, file)


BOOKLET_WRITERS = {".pdf": _write_pdf, ".html": write_html}
