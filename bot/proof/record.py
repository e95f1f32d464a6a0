"""The proof record: a file beside the flows that says what was proved, and of exactly which version of the bundle."""

import json
from pathlib import Path

from bot import __version__
from bot.model import remaining_questions as remaining
from bot.model.bundle import BASE, Library
from bot.proof.prover import Proof

FILE = "flows/proof.json"
UNPROVED = "These flows have no proof of exactly these words and arrows. Run: python -m bot check --record"


def record(root: Path, library: Library, proof: Proof) -> None:
    """Write the proof record of *bundle*, which was read from *root*, and the file of remaining questions."""
    written = {
        "of": library.version,
        "by": __version__,
        "promises": list(proof.promises),
        "situations": proof.places,
        "conversations": str(proof.conversations),
        "figures": dict(proof.figures),
    }
    (root / FILE).write_text(json.dumps(written, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    (root / remaining.FILE).write_text(proof.remaining.to_json(remaining.shape(library.flows[BASE])), encoding="utf-8")


def unproved(root: Path, library: Library) -> list[str]:
    """Return nothing where the proof record proves this very bundle; else the sentence that says what to do."""
    try:
        written = json.loads((root / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return [UNPROVED]
    proved = isinstance(written, dict) and written.get("of") == library.version and written.get("promises")
    return [] if proved else [UNPROVED]
