"""A flow as a flowchart on paper: its states in reading order, one below the other, and the edges between them.

An edge to the next state goes straight down. Every other edge leaves at the right, with its answers beside it, and runs
in a vertical channel to its target; all edges to one target share a channel. So edges never tangle, however long the
flow is.
"""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.model.urgency import Urgency

WIDE, HIGH = 174.0, 236.0  # millimetres: what the margins of A4 leave
BOX, EXITS, LANES = 76.0, 80.0, 150.0  # where boxes end, where texts of exits begin, where the channels begin
PAD, LINE, GAP, ENTRY = 1.6, 3.5, 6.0, 1.8
SMALL_LINE = 2.9
IN_BOX, IN_EXIT = 50, 52  # characters in a line
BOX_SIZE, EXIT_SIZE = 8.0, 6.5  # points
WIDEST_LANE = 2.4
FILLS = {Urgency.EMERGENCY: "#f3b7b7", Urgency.SAME_DAY: "#f8d3ad", Urgency.SOON: "#fbeeb4"}
CALM, PLAIN, QUIET = "#dcebdc", "#ffffff", "#eeeeee"


@dataclass(frozen=True, slots=True)
class Stop:
    """A state as it is drawn; *edges* are labels with the index of the node that each leads to."""

    number: str
    caption: str
    fill: str = PLAIN
    ways: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with lines of text; position and size in millimetres."""

    x: float
    y: float
    wide: float
    high: float
    fill: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through *points*; with *has_arrow*, an arrow head is drawn at its end."""

    points: tuple[tuple[float, float], ...]
    arrives: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A short text at a point (its baseline), in millimetres."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A dot where an edge joins its channel, as edges also cross other channels without joining them."""

    x: float
    y: float


Piece = Box | Stroke | Note | Dot
Sheet = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A node with its position: the page it is on, and how far down, in millimetres."""

    stop: Stop
    sheet: int
    y: float
    lines: tuple[str, ...]
    exits: tuple[tuple[tuple[str, ...], int], ...]

    @property
    def high(self) -> float:
        """The height that the node takes, with its exits, in millimetres."""
        return max(_box(self.lines), ENTRY + SMALL_LINE * (1 + sum(len(lines) for lines, _ in self.exits)))


def drawn(stops: Sequence[Stop]) -> tuple[Sheet, ...]:
    """Draw the flowchart on as many pages as it takes."""
    rows = list(_rows(stops))
    lanes = _lanes(rows)
    sheets: list[list[Piece]] = [[] for _ in range(rows[-1].sheet + 1)]
    for at, row in enumerate(rows):
        sheets[row.sheet] += _stop(row)
        sheets[row.sheet] += _exits(at, row, rows, lanes)
    for step, (target, x) in enumerate(sorted(lanes.items(), key=lambda lane: lane[1])):
        for number, piece in _lane(target, x, rows, -3.0 - SMALL_LINE * (step % 2)):
            sheets[number] += piece
    return tuple(map(tuple, sheets))


def _rows(stops: Sequence[Stop]) -> Iterator[Row]:
    """Yield each node with its position; a node that does not fit on a page begins the next one."""
    sheet, y = 0, 0.0
    for at, stop in enumerate(stops):
        lines = tuple(textwrap.wrap(f"{stop.number}. {stop.caption}", IN_BOX, max_lines=3, placeholder=" …"))
        exits = tuple((_told(label, stops[to].number), to) for label, to in stop.ways if to != at + 1)
        row = Row(stop, sheet, y, lines, exits)
        if y and y + row.high > HIGH:
            sheet, y = sheet + 1, 0.0
            row = Row(stop, sheet, y, lines, exits)
        yield row
        y += row.high + GAP


def _told(label: str, to: str) -> tuple[str, ...]:
    """Return the lines of text for an edge that leaves at the right."""
    return tuple(textwrap.wrap(f"{label} → {to}", IN_EXIT))


def _box(lines: Sequence[str]) -> float:
    """Return the height of a box with these lines, in millimetres."""
    return 2 * PAD + LINE * len(lines)


def _lanes(rows: Sequence[Row]) -> Mapping[int, float]:
    """Return the x position of the channel of each node that edges lead to; channels that overlap never share one."""
    reach: dict[int, tuple[int, int]] = {}
    for at, row in enumerate(rows):
        for _, to in row.exits:
            begin, end = reach.get(to, (at, to))
            reach[to] = min(begin, at, to), max(end, at, to)
    last: list[int] = []  # the last node that each channel passes
    placed: dict[int, int] = {}
    for to, (begin, end) in sorted(reach.items(), key=lambda one: one[1]):
        free = next((number for number, left in enumerate(last) if left < begin), len(last))
        last[free : free + 1] = [end]
        placed[to] = free
    step = min(WIDEST_LANE, (WIDE - LANES) / max(1, len(last)))
    return {to: LANES + step * (number + 0.5) for to, number in placed.items()}


def _stop(row: Row) -> Iterator[Piece]:
    """Yield the box of a node."""
    high = _box(row.lines)
    yield Box(0, row.y, BOX, high, row.stop.fill, row.lines)


def _exits(at: int, row: Row, rows: Sequence[Row], lanes: Mapping[int, float]) -> Iterator[Piece]:
    """Yield the edges that leave a node: down to the next node, or into a channel."""
    below = rows[at + 1] if at + 1 < len(rows) else None
    bottom = row.y + _box(row.lines)
    for label, to in row.stop.ways:
        if to == at + 1 and below:
            same = below.sheet == row.sheet
            yield Stroke(((8, bottom), (8, below.y if same else row.y + row.high + GAP)), arrives=True)
            words = f"{label} → {below.stop.number}" if row.exits or not same else label
            yield Note(10, bottom + SMALL_LINE, textwrap.shorten(words, IN_EXIT + 8, placeholder=" …"))
    y = row.y + ENTRY + SMALL_LINE
    for lines, to in row.exits:
        yield from (Note(EXITS, y + SMALL_LINE * (number + 0.7), line) for number, line in enumerate(lines))
        middle = y + SMALL_LINE * (len(lines) - 1) + SMALL_LINE / 2
        begin = EXITS + 1.16 * len(lines[-1]) + 1
        yield Stroke(((min(begin, LANES - 1), middle), (lanes[to], middle)))
        yield Dot(lanes[to], middle)
        y += SMALL_LINE * len(lines)


def _lane(to: int, x: float, rows: Sequence[Row], above: float) -> Iterator[tuple[int, list[Piece]]]:
    """Yield the shapes of the channel to a node on each page, from the first edge that joins it to the last.

    The number of the node is written at *number_y* on each page where the channel goes on.
    """
    joins = [(row.sheet, _join(row, to)) for row in rows if any(end == to for _, end in row.exits)]
    entry = rows[to].sheet, rows[to].y + ENTRY / 2
    begin, end = min([*joins, entry]), max([*joins, entry])
    for sheet in range(begin[0], end[0] + 1):
        top = begin[1] if sheet == begin[0] else -2.0
        bottom = end[1] if sheet == end[0] else HIGH
        piece: list[Piece] = [Stroke(((x, top), (x, bottom)))]
        if sheet != begin[0]:
            piece.append(Note(x - 1.2, above, rows[to].stop.number))
        if sheet == entry[0]:
            piece.append(Stroke(((x, entry[1]), (BOX, entry[1])), arrives=True))
        yield sheet, piece


def _join(row: Row, to: int) -> float:
    """Return how far down the page the last edge from a node joins the channel to *target*."""
    y = row.y + ENTRY + SMALL_LINE
    for lines, end in row.exits:
        if end == to:
            return y + SMALL_LINE * (len(lines) - 1) + SMALL_LINE / 2
        y += SMALL_LINE * len(lines)
    return row.y
