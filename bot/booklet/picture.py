"""A flow as a picture on paper: its states in reading order, one below the other, and the ways between them.

A way to the next state goes straight down. Every other way leaves at the right, with its answers beside it, and runs in
a lane to where it leads; all ways to one place share its lane. So there is never a knot, however long the flow is.
"""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.urgency import Urgency

WIDE, HIGH = 174.0, 236.0  # millimetres: what a sheet of A4 leaves
BOX, EXITS, LANES = 76.0, 80.0, 150.0  # where boxes end, where their exits are told, where the lanes begin
PAD, LINE, GAP, ENTRY = 1.6, 3.5, 6.0, 1.8
SMALL_LINE = 2.9
IN_BOX, IN_EXIT = 50, 52  # characters of a line
BOX_SIZE, EXIT_SIZE = 8.0, 6.5  # points
WIDEST_LANE = 2.4
FILLS = {Urgency.EMERGENCY: "#f3b7b7", Urgency.SAME_DAY: "#f8d3ad", Urgency.SOON: "#fbeeb4"}
CALM, PLAIN, QUIET = "#dcebdc", "#ffffff", "#eeeeee"


@dataclass(frozen=True, slots=True)
class Stop:
    """A state as it is drawn. *ways* lead to other stops, by their place in the row: the answers, and where they go."""

    number: str
    caption: str
    fill: str = PLAIN
    ways: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    wide: float
    high: float
    fill: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through *points*, with a head at its end where it arrives."""

    points: tuple[tuple[float, float], ...]
    arrives: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Dot:
    """Where a way joins its lane; it crosses the others."""

    x: float
    y: float


Piece = Box | Stroke | Note | Dot
Sheet = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A stop with its place: the sheet it is on, and how far down."""

    stop: Stop
    sheet: int
    y: float
    lines: tuple[str, ...]
    exits: tuple[tuple[tuple[str, ...], int], ...]

    @property
    def high(self) -> float:
        return max(_box(self.lines), ENTRY + SMALL_LINE * (1 + sum(len(lines) for lines, _ in self.exits)))


def drawn(stops: Sequence[Stop]) -> tuple[Sheet, ...]:
    """The picture, as many sheets as it takes."""
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
    return tuple(textwrap.wrap(f"{label} → {to}", IN_EXIT))


def _box(lines: Sequence[str]) -> float:
    return 2 * PAD + LINE * len(lines)


def _lanes(rows: Sequence[Row]) -> Mapping[int, float]:
    """A lane for each place that ways lead to from afar: no two that run beside each other have the same."""
    reach: dict[int, tuple[int, int]] = {}
    for at, row in enumerate(rows):
        for _, to in row.exits:
            begin, end = reach.get(to, (at, to))
            reach[to] = min(begin, at, to), max(end, at, to)
    last: list[int] = []  # where each lane was left
    placed: dict[int, int] = {}
    for to, (begin, end) in sorted(reach.items(), key=lambda one: one[1]):
        free = next((number for number, left in enumerate(last) if left < begin), len(last))
        last[free : free + 1] = [end]
        placed[to] = free
    step = min(WIDEST_LANE, (WIDE - LANES) / max(1, len(last)))
    return {to: LANES + step * (number + 0.5) for to, number in placed.items()}


def _stop(row: Row) -> Iterator[Piece]:
    high = _box(row.lines)
    yield Box(0, row.y, BOX, high, row.stop.fill, row.lines)


def _exits(at: int, row: Row, rows: Sequence[Row], lanes: Mapping[int, float]) -> Iterator[Piece]:
    """The ways out of a row: down to the next, or to a lane."""
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
    """The lane to a row, from the first way that joins it to the last; its number stands *above* where it goes on."""
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
    """How far down the last way from *row* joins the lane to *to*."""
    y = row.y + ENTRY + SMALL_LINE
    for lines, end in row.exits:
        if end == to:
            return y + SMALL_LINE * (len(lines) - 1) + SMALL_LINE / 2
        y += SMALL_LINE * len(lines)
    return row.y
