"""`python -m bot draw FLOW`: a flow as a picture. What is drawn is the very machine that runs, by its own library."""

import re
import shutil
import subprocess
import sys
from argparse import Namespace
from pathlib import Path
from types import SimpleNamespace

from transitions.extensions.diagrams import GraphMachine, TransitionGraphSupport

from bot.flow import Flow, Outcome
from bot.library import BASE
from bot.loading import home, load
from bot.machine import Arrow, rule_book
from bot.problem import guess

BAD_USAGE = 2
RENDERER = "mmdc"  # Mermaid's own command line
COLOURS = {"emergency": "fill:#b00020,color:#fff", "same_day": "fill:#e8710a,color:#fff", "soon": "fill:#f9d65c"}


class Stroke(TransitionGraphSupport, Arrow):
    """An arrow that the library can draw."""


class Picture(GraphMachine):
    """The rule book, with the pen that the library brings along."""

    transition_cls = Stroke


def run(options: Namespace) -> int:
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
    """*flow* as a Mermaid state diagram; its endings are coloured by how soon they are."""
    pen = SimpleNamespace()  # the library draws for a model, and this is all a model has to be here
    rule_book(flow, Picture, model=pen, graph_engine="mermaid", title=f"title: {flow.name}")
    drawn = str(pen.get_graph().draw(None))
    return "\n".join((_plain(drawn), *_colours(flow)))


def _plain(drawn: str) -> str:
    """Without what Mermaid would read as the end of a label."""
    return re.sub(r"(?m)(?<=: ).*$", lambda label: label[0].replace(";", ","), drawn)


def _colours(flow: Flow) -> list[str]:
    endings = {state.name: state.floor.urgency.word for state in flow.states.values() if isinstance(state, Outcome)}
    used = [word for word in COLOURS if word in endings.values()]
    return [
        *(f"  classDef urgency_{word} {COLOURS[word]}" for word in used),
        *(f"  class {name} urgency_{word}" for name, word in endings.items() if word in used),
    ]


def svg(text: str) -> str | None:
    """The picture itself, where Mermaid's renderer is installed; None where it is not."""
    if (renderer := shutil.which(RENDERER)) is None:
        return None
    done = subprocess.run([renderer, "-i", "-", "-o", "-", "-e", "svg"], input=text, text=True, capture_output=True)  # noqa: S603
    return done.stdout if done.returncode == 0 else None
