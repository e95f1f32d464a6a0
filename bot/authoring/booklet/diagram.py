"""Draw a flow as a Mermaid diagram, from the very state machine that the engine runs (library `transitions`)."""

import re
import shutil
import subprocess
import sys
from argparse import Namespace
from pathlib import Path
from types import SimpleNamespace

from transitions.extensions.diagrams import GraphMachine, TransitionGraphSupport

from bot.authoring.loader import content_root, load_bundle
from bot.engine.machine import FlowTransition, build_machine
from bot.model.bundle import BASE_LANGUAGE
from bot.model.diagnostics import suggest
from bot.model.flow import Flow, Outcome
from bot.operations.exit_codes import EXIT_BAD_USAGE, EXIT_OK
from bot.operations.output_file import write_output

MERMAID_COMMAND = "mmdc"  # Mermaid's own command line
URGENCY_STYLES = {"emergency": "fill:#b00020,color:#fff", "same_day": "fill:#e8710a,color:#fff", "soon": "fill:#f9d65c"}


class DrawableTransition(TransitionGraphSupport, FlowTransition):
    """A flow's transition that the `transitions` library can draw."""


class DrawableMachine(GraphMachine):
    """A flow's state machine that the `transitions` library can draw."""

    transition_cls = DrawableTransition


def run(options: Namespace) -> int:
    """Print the Mermaid source of a flow, write FLOW.svg where Mermaid is installed, and return the exit code."""
    bundle, _ = load_bundle(content_root())
    flows = bundle.flows[BASE_LANGUAGE]
    if options.flow not in flows:
        print(f"No flow is called '{options.flow}': {suggest(options.flow, flows)}", file=sys.stderr)
        return EXIT_BAD_USAGE
    source = to_mermaid(flows[options.flow])
    print(source)
    if svg_text := render_svg(source):
        try:
            write_output(Path(f"{options.flow}.svg"), svg_text)
        except OSError as error:
            print(f"{options.flow}.svg cannot be written: {error.strerror}.", file=sys.stderr)
            return EXIT_BAD_USAGE
        print(f"The picture is in {options.flow}.svg.", file=sys.stderr)
    return EXIT_OK


def to_mermaid(flow: Flow) -> str:
    """Return *flow* as a Mermaid state diagram; its endings are coloured by urgency."""
    graph_model = SimpleNamespace()  # `transitions` draws for a model object; an empty one is enough
    build_machine(flow, DrawableMachine, model=graph_model, graph_engine="mermaid", title=f"title: {flow.name}")
    source = str(graph_model.get_graph().draw(None))
    return "\n".join((_replace_semicolons(source), *_urgency_classes(flow)))


def _replace_semicolons(source: str) -> str:
    """Replace each semicolon in a label by a comma: Mermaid would end the label there."""
    return re.sub(r"(?m)(?<=: ).*$", lambda label: label[0].replace(";", ","), source)


def _urgency_classes(flow: Flow) -> list[str]:
    """Return the Mermaid lines that colour the outcomes of *flow* by urgency."""
    endings = {state.name: state.floor.urgency.slug for state in flow.states.values() if isinstance(state, Outcome)}
    used = [word for word in URGENCY_STYLES if word in endings.values()]
    return [
        *(f"  classDef urgency_{word} {URGENCY_STYLES[word]}" for word in used),
        *(f"  class {name} urgency_{word}" for name, word in endings.items() if word in used),
    ]


def render_svg(text: str) -> str | None:
    """Return Mermaid source rendered as SVG; None if the renderer is not installed or fails."""
    if (renderer := shutil.which(MERMAID_COMMAND)) is None:
        return None
    done = subprocess.run([renderer, "-i", "-", "-o", "-", "-e", "svg"], input=text, text=True, capture_output=True)  # noqa: S603
    return done.stdout if done.returncode == 0 else None
