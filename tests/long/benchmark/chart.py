"""Charts as plain SVG, readable on light and on dark ground: bars beside each other, and curves."""

from collections.abc import Sequence
from html import escape
from math import log10

from tests.long.benchmark.results import RESULTS

WIDE, ROW, LEFT = 760, 26, 300
STYLE = (
    "<style>text{font:13px system-ui,sans-serif;fill:#333}.us{fill:#0a7d6b}.them{fill:#9aa5b1}"
    "polyline{fill:none;stroke:#0a7d6b;stroke-width:2}line{stroke:#bbb}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}line{stroke:#555}}</style>"
)


def bars(name: str, values: Sequence[tuple[str, float]], what: str = "steps a second, the same dialog") -> None:
    """*values* from most to least, ours in colour."""
    ranked = sorted(values, key=lambda value: -value[1])
    most, tall = ranked[0][1], ROW * len(ranked) + 34
    drawn = [f'<text x="{LEFT}" y="18">{escape(what)}</text>']
    for number, (label, value) in enumerate(ranked):
        y, long = 28 + number * ROW, (WIDE - LEFT - 60) * value / most
        kind = "us" if label.startswith("Confidante") else "them"
        drawn.append(f'<text x="{LEFT - 8}" y="{y + 14}" text-anchor="end">{escape(label)}</text>')
        drawn.append(f'<rect class="{kind}" x="{LEFT}" y="{y}" width="{long:.1f}" height="{ROW - 7}" rx="2"/>')
        drawn.append(f'<text x="{LEFT + long + 6:.1f}" y="{y + 14}">{value:,.0f}</text>')
    write(name, WIDE, tall, what, drawn)


def curves(name: str, lines: Sequence[tuple[str, str, Sequence[tuple[float, float]]]]) -> None:
    """A small chart for each of *lines*: its title, its unit and its points; x grows in powers of ten."""
    drawn, high = [], 150
    for number, (title, unit, points) in enumerate(lines):
        x0, y0 = 20 + number % 3 * 250, 34 + number // 3 * high
        most = max(value for _, value in points) or 1
        first, last = log10(max(points[0][0], 1)), log10(points[-1][0])
        places = [
            (x0 + 210 * (log10(max(at, 1)) - first) / ((last - first) or 1), y0 + 80 - 70 * value / most)
            for at, value in points
        ]
        drawn.append(f'<text x="{x0}" y="{y0 - 12}">{escape(title)}</text>')
        drawn.append(f'<line x1="{x0}" y1="{y0 + 80}" x2="{x0 + 210}" y2="{y0 + 80}"/>')
        drawn.append(f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in places)}"/>')
        ends = f"{points[0][0]:,.0f} to {points[-1][0]:,.0f}; at most {most:.3g} {unit}"
        drawn.append(f'<text x="{x0}" y="{y0 + 98}" font-size="11">{escape(ends)}</text>')
    write(name, WIDE, 34 + high * -(-len(lines) // 3), "how cost grows", drawn)


def write(name: str, wide: int, tall: int, what: str, drawn: Sequence[str]) -> None:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {tall}" role="img" aria-label="{escape(what)}">'
    )
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / name).write_text("\n".join([head, STYLE, *drawn, "</svg>"]) + "\n", encoding="utf-8")
