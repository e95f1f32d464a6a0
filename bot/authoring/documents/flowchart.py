"""A flow as a flowchart on paper: its states in reading order, one below the other, and the edges between them.

An edge to the next state goes straight down. Every other edge leaves at the right, with its answers beside it, and runs
in a vertical channel to its target; all edges to one target share a channel. So edges never tangle, however long the
flow is.
"""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.model.urgency import Urgency

DRAWING_WIDTH_MM, DRAWING_HEIGHT_MM = 174.0, 236.0  # millimetres: what the margins of A4 leave
BOX_WIDTH_MM, EXIT_TEXT_LEFT_MM, CHANNELS_LEFT_MM = (
    76.0,
    80.0,
    150.0,
)  # where boxes end, where texts of exits begin, where the channels begin
BOX_PADDING_MM, BOX_LINE_HEIGHT_MM, NODE_GAP_MM, ENTRY_HEIGHT_MM = 1.6, 3.5, 6.0, 1.8
EXIT_LINE_HEIGHT_MM = 2.9
BOX_LINE_CHARS, EXIT_LINE_CHARS = 50, 52  # characters in a line
BOX_FONT_POINTS, EXIT_FONT_POINTS = 8.0, 6.5  # points
MAX_CHANNEL_WIDTH_MM = 2.4
URGENCY_COLORS = {Urgency.EMERGENCY: "#f3b7b7", Urgency.SAME_DAY: "#f8d3ad", Urgency.SOON: "#fbeeb4"}
LOW_URGENCY_COLOR, DEFAULT_COLOR, MUTED_COLOR = "#dcebdc", "#ffffff", "#eeeeee"


@dataclass(frozen=True, slots=True)
class FlowchartNode:
    """A state as it is drawn; *edges* are labels with the index of the node that each leads to."""

    number: str
    caption: str
    fill: str = DEFAULT_COLOR
    edges: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with lines of text; position and size in millimetres."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Polyline:
    """A line through *points*; with *has_arrow*, an arrow head is drawn at its end."""

    points: tuple[tuple[float, float], ...]
    has_arrow: bool = False


@dataclass(frozen=True, slots=True)
class Caption:
    """A short text at a point (its baseline), in millimetres."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A dot where an edge joins its channel, as edges also cross other channels without joining them."""

    x: float
    y: float


Shape = Box | Polyline | Caption | Dot
DrawingPage = tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class PlacedNode:
    """A node with its position: the page it is on, and how far down, in millimetres."""

    node: FlowchartNode
    page_index: int
    y: float
    lines: tuple[str, ...]
    exits: tuple[tuple[tuple[str, ...], int], ...]

    @property
    def height(self) -> float:
        """The height that the node takes, with its exits, in millimetres."""
        return max(
            _box_height(self.lines),
            ENTRY_HEIGHT_MM + EXIT_LINE_HEIGHT_MM * (1 + sum(len(lines) for lines, _ in self.exits)),
        )


def draw_flowchart(nodes: Sequence[FlowchartNode]) -> tuple[DrawingPage, ...]:
    """Draw the flowchart on as many pages as it takes."""
    placed_nodes = list(_lay_out_nodes(nodes))
    channels = _channel_positions(placed_nodes)
    pages: list[list[Shape]] = [[] for _ in range(placed_nodes[-1].page_index + 1)]
    for index, placed_node in enumerate(placed_nodes):
        pages[placed_node.page_index] += _node_box(placed_node)
        pages[placed_node.page_index] += _exit_shapes(index, placed_node, placed_nodes, channels)
    for channel_index, (target, x) in enumerate(sorted(channels.items(), key=lambda channel: channel[1])):
        for page_index, shapes in _channel_shapes(
            target, x, placed_nodes, -3.0 - EXIT_LINE_HEIGHT_MM * (channel_index % 2)
        ):
            pages[page_index] += shapes
    return tuple(map(tuple, pages))


def _lay_out_nodes(nodes: Sequence[FlowchartNode]) -> Iterator[PlacedNode]:
    """Yield each node with its position; a node that does not fit on a page begins the next one."""
    page_index, y = 0, 0.0
    for index, node in enumerate(nodes):
        lines = tuple(textwrap.wrap(f"{node.number}. {node.caption}", BOX_LINE_CHARS, max_lines=3, placeholder=" …"))
        exits = tuple(
            (_exit_lines(label, nodes[target].number), target) for label, target in node.edges if target != index + 1
        )
        placed_node = PlacedNode(node, page_index, y, lines, exits)
        if y and y + placed_node.height > DRAWING_HEIGHT_MM:
            page_index, y = page_index + 1, 0.0
            placed_node = PlacedNode(node, page_index, y, lines, exits)
        yield placed_node
        y += placed_node.height + NODE_GAP_MM


def _exit_lines(label: str, target_number: str) -> tuple[str, ...]:
    """Return the lines of text for an edge that leaves at the right."""
    return tuple(textwrap.wrap(f"{label} → {target_number}", EXIT_LINE_CHARS))


def _box_height(lines: Sequence[str]) -> float:
    """Return the height of a box with these lines, in millimetres."""
    return 2 * BOX_PADDING_MM + BOX_LINE_HEIGHT_MM * len(lines)


def _channel_positions(placed_nodes: Sequence[PlacedNode]) -> Mapping[int, float]:
    """Return the x position of the channel of each node that edges lead to; channels that overlap never share one."""
    spans: dict[int, tuple[int, int]] = {}
    for index, placed_node in enumerate(placed_nodes):
        for _, target in placed_node.exits:
            begin, end = spans.get(target, (index, target))
            spans[target] = min(begin, index, target), max(end, index, target)
    channel_ends: list[int] = []  # the last node that each channel passes
    channel_numbers: dict[int, int] = {}
    for target, (begin, end) in sorted(spans.items(), key=lambda item: item[1]):
        free_channel = next(
            (number for number, channel_end in enumerate(channel_ends) if channel_end < begin), len(channel_ends)
        )
        channel_ends[free_channel : free_channel + 1] = [end]
        channel_numbers[target] = free_channel
    channel_width = min(MAX_CHANNEL_WIDTH_MM, (DRAWING_WIDTH_MM - CHANNELS_LEFT_MM) / max(1, len(channel_ends)))
    return {target: CHANNELS_LEFT_MM + channel_width * (number + 0.5) for target, number in channel_numbers.items()}


def _node_box(placed_node: PlacedNode) -> Iterator[Shape]:
    """Yield the box of a node."""
    height = _box_height(placed_node.lines)
    yield Box(0, placed_node.y, BOX_WIDTH_MM, height, placed_node.node.fill, placed_node.lines)


def _exit_shapes(
    index: int, placed_node: PlacedNode, placed_nodes: Sequence[PlacedNode], channels: Mapping[int, float]
) -> Iterator[Shape]:
    """Yield the edges that leave a node: down to the next node, or into a channel."""
    below = placed_nodes[index + 1] if index + 1 < len(placed_nodes) else None
    bottom = placed_node.y + _box_height(placed_node.lines)
    for label, target in placed_node.node.edges:
        if target == index + 1 and below:
            is_same_page = below.page_index == placed_node.page_index
            yield Polyline(
                ((8, bottom), (8, below.y if is_same_page else placed_node.y + placed_node.height + NODE_GAP_MM)),
                has_arrow=True,
            )
            caption = f"{label} → {below.node.number}" if placed_node.exits or not is_same_page else label
            yield Caption(
                10, bottom + EXIT_LINE_HEIGHT_MM, textwrap.shorten(caption, EXIT_LINE_CHARS + 8, placeholder=" …")
            )
    y = placed_node.y + ENTRY_HEIGHT_MM + EXIT_LINE_HEIGHT_MM
    for lines, target in placed_node.exits:
        yield from (
            Caption(EXIT_TEXT_LEFT_MM, y + EXIT_LINE_HEIGHT_MM * (number + 0.7), line)
            for number, line in enumerate(lines)
        )
        line_y = y + EXIT_LINE_HEIGHT_MM * (len(lines) - 1) + EXIT_LINE_HEIGHT_MM / 2
        line_start = EXIT_TEXT_LEFT_MM + 1.16 * len(lines[-1]) + 1
        yield Polyline(((min(line_start, CHANNELS_LEFT_MM - 1), line_y), (channels[target], line_y)))
        yield Dot(channels[target], line_y)
        y += EXIT_LINE_HEIGHT_MM * len(lines)


def _channel_shapes(
    target: int, x: float, placed_nodes: Sequence[PlacedNode], number_y: float
) -> Iterator[tuple[int, list[Shape]]]:
    """Yield the shapes of the channel to a node on each page, from the first edge that joins it to the last.

    The number of the node is written at *number_y* on each page where the channel goes on.
    """
    joins = [
        (placed_node.page_index, _join_y(placed_node, target))
        for placed_node in placed_nodes
        if any(end_point == target for _, end_point in placed_node.exits)
    ]
    entry = placed_nodes[target].page_index, placed_nodes[target].y + ENTRY_HEIGHT_MM / 2
    begin, end_point = min([*joins, entry]), max([*joins, entry])
    for page_index in range(begin[0], end_point[0] + 1):
        top = begin[1] if page_index == begin[0] else -2.0
        bottom = end_point[1] if page_index == end_point[0] else DRAWING_HEIGHT_MM
        shapes: list[Shape] = [Polyline(((x, top), (x, bottom)))]
        if page_index != begin[0]:
            shapes.append(Caption(x - 1.2, number_y, placed_nodes[target].node.number))
        if page_index == entry[0]:
            shapes.append(Polyline(((x, entry[1]), (BOX_WIDTH_MM, entry[1])), has_arrow=True))
        yield page_index, shapes


def _join_y(placed_node: PlacedNode, target: int) -> float:
    """Return how far down the page the last edge from a node joins the channel to *target*."""
    y = placed_node.y + ENTRY_HEIGHT_MM + EXIT_LINE_HEIGHT_MM
    for lines, exit_target in placed_node.exits:
        if exit_target == target:
            return y + EXIT_LINE_HEIGHT_MM * (len(lines) - 1) + EXIT_LINE_HEIGHT_MM / 2
        y += EXIT_LINE_HEIGHT_MM * len(lines)
    return placed_node.y
