"""QR codes: black on white with the quiet zone that cameras need, as PNG, as SVG, and as rectangles on paper."""

from collections.abc import Iterator
from pathlib import Path

import segno

BORDER = 4  # modules of white around the code (the quiet zone)
PIXELS = 16  # a module's side in the PNG: sharp at any size that is printed


def code_of(text: str) -> segno.QRCode:
    """Return the QR code of *text*, readable with a quarter of it covered: people write on posters."""
    return segno.make(text, error="q", micro=False, boost_error=False)


def write_png(text: str, file: Path) -> None:
    """Write the QR code of *text* to a PNG file."""
    code_of(text).save(str(file), scale=PIXELS, border=BORDER)


def write_svg(text: str, file: Path) -> None:
    """Write the QR code of *text* to an SVG file."""
    code_of(text).save(str(file), scale=4, border=BORDER, xmldecl=False, svgclass=None, lineclass=None, title=text)


def runs(text: str) -> tuple[int, list[tuple[int, int, int]]]:
    """Return the width of the QR code in modules, and its dark runs as column, row, length: for drawing on paper."""
    matrix = code_of(text).matrix
    return len(matrix), [(start, y, end - start) for y, row in enumerate(matrix) for start, end in _dark(row)]


def _dark(row: bytearray) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each run of dark modules in a row."""
    start = None
    for x, module in enumerate((*row, 0)):
        if module and start is None:
            start = x
        elif not module and start is not None:
            yield start, x
            start = None
