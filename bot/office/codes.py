"""QR codes: black on white, with the quiet border that cameras need, as PNG, as SVG, and as squares on paper."""

from collections.abc import Iterator
from pathlib import Path

import segno

BORDER = 4  # modules of white around the code
PIXELS = 16  # of a module in the PNG: sharp at any size that is hung on a wall


def code_of(text: str) -> segno.QRCode:
    """A code that can still be read with a quarter of it gone: posters are written on."""
    return segno.make(text, error="q", micro=False, boost_error=False)


def write_png(text: str, file: Path) -> None:
    code_of(text).save(str(file), scale=PIXELS, border=BORDER)


def write_svg(text: str, file: Path) -> None:
    code_of(text).save(str(file), scale=4, border=BORDER, xmldecl=False, svgclass=None, lineclass=None, title=text)


def runs(text: str) -> tuple[int, list[tuple[int, int, int]]]:
    """How many modules wide the code is, and its dark runs as column, row, length: for drawing it on paper."""
    matrix = code_of(text).matrix
    return len(matrix), [(start, y, end - start) for y, row in enumerate(matrix) for start, end in _dark(row)]


def _dark(row: bytearray) -> Iterator[tuple[int, int]]:
    start = None
    for x, module in enumerate((*row, 0)):
        if module and start is None:
            start = x
        elif not module and start is not None:
            yield start, x
            start = None
