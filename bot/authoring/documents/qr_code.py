"""QR codes: black on white with the quiet zone that cameras need, as PNG, as SVG, and as rectangles on paper."""

from collections.abc import Iterator
from pathlib import Path

import segno

QUIET_ZONE_MODULES = 4  # modules of white around the code (the quiet zone)
PNG_PIXELS_PER_MODULE = 16  # a module's side in the PNG: sharp at any size that is printed


def make_qr_code(text: str) -> segno.QRCode:
    """Return the QR code of *text*, readable with a quarter of it covered: people write on posters."""
    return segno.make(text, error="q", micro=False, boost_error=False)


def write_png(text: str, file: Path) -> None:
    """Write the QR code of *text* to a PNG file."""
    make_qr_code(text).save(str(file), scale=PNG_PIXELS_PER_MODULE, border=QUIET_ZONE_MODULES)


def write_svg(text: str, file: Path) -> None:
    """Write the QR code of *text* to an SVG file."""
    make_qr_code(text).save(
        str(file), scale=4, border=QUIET_ZONE_MODULES, xmldecl=False, svgclass=None, lineclass=None, title=text
    )


def dark_runs(text: str) -> tuple[int, list[tuple[int, int, int]]]:
    """Return the width of the QR code in modules, and its dark runs as column, row, length: for drawing on paper."""
    matrix = make_qr_code(text).matrix
    return len(matrix), [
        (start, y, end - start) for y, row in enumerate(matrix) for start, end in _dark_runs_of_row(row)
    ]


def _dark_runs_of_row(row: bytearray) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each run of dark modules in a row."""
    start = None
    for x, module in enumerate((*row, 0)):
        if module and start is None:
            start = x
        elif not module and start is not None:
            yield start, x
            start = None
