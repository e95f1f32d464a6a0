"""Draw a flow as a Mermaid diagram, from the very state machine that the engine runs (library `transitions`)."""

import re
import shutil
import subprocess
import sys
from argparse import Namespace
from pathlib import Path
from types import SimpleNamespace

from transitions.extensions.diagrams import GraphMachine, TransitionGraphSupport

from bot.authoring.loader import home, load
from bot.engine.machine import Arrow, rule_book
from bot.model.bundle import BASE
from bot.model.diagnostics import guess
from bot.model.flow import Flow, Outcome

BAD_USAGE = 2
RENDERER = "mmdc"  # Mermaid's own command line
COLOURS = {"emergency": "fill:#b00020,color:#fff", "same_day": "fill:#e8710a,color:#fff", "soon": "fill:#f9d65c"}


class Stroke(TransitionGraphSupport, Arrow):
    """A flow's transition that the `transitions` library can draw."""


class Picture(GraphMachine):
    """A flow's state machine that the `transitions` library can draw."""

    transition_cls = Stroke


def run(options: Namespace) -> int:
    """Print the Mermaid source of a flow, write FLOW.svg where Mermaid is installed, and return the exit code."""
    library, _ = load(home())
    flows = library.flows[BASE]
    if options.flow not in flows:
        print(f"No flow is called '{options.flow}': {guess(options.flow, flows)}", file=sys.stderr)
        return BAD_USAGE
    text = mermaid(flows[options.flow])
    print(text)
    if picture := svg(text):
        Path(f"{options.flow}.svg").write_text(picture, encoding="utf-8")
        print(f"The picture is in {options.flow}.svg.", file=sys.stderr)
    return 0


def mermaid(flow: Flow) -> str:
    """Return *flow* as a Mermaid state diagram; its endings are coloured by urgency."""
    pen = SimpleNamespace()  # `transitions` draws for a model object; an empty one is enough
    rule_book(flow, Picture, model=pen, graph_engine="mermaid", title=f"title: {flow.name}")
    drawn = str(pen.get_graph().draw(None))
    return "\n".join((_plain(drawn), *_colours(flow)))


def _plain(drawn: str) -> str:
    """Replace each semicolon in a label by a comma: Mermaid would end the label there."""
    return re.sub(r"(?m)(?<=: ).*$", lambda label: label[0].replace(";", ","), drawn)


def _colours(flow: Flow) -> list[str]:
    """Return the Mermaid lines that colour the outcomes of *flow* by urgency."""
    endings = {state.name: state.floor.urgency.word for state in flow.states.values() if isinstance(state, Outcome)}
    used = [word for word in COLOURS if word in endings.values()]
    return [
        *(f"  classDef urgency_{word} {COLOURS[word]}" for word in used),
        *(f"  class {name} urgency_{word}" for name, word in endings.items() if word in used),
    ]


def svg(text: str) -> str | None:
    """Return Mermaid source rendered as SVG; None if the renderer is not installed or fails."""
    if (renderer := shutil.which(RENDERER)) is None:
        return None
    done = subprocess.run([renderer, "-i", "-", "-o", "-", "-e", "svg"], input=text, text=True, capture_output=True)  # noqa: S603
    return done.stdout if done.returncode == 0 else None
