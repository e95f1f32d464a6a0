"""The proof record: a file beside the flows that says what was proved, and of exactly which version of the bundle."""

import json
from pathlib import Path

from bot import __version__
from bot.model import remaining_questions as remaining
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.proof.prover import Proof

PROOF_RECORD_FILE = "flows/proof.json"
UNPROVED_MESSAGE = "These flows have no proof of exactly these words and arrows. Run: python -m bot record"


def write_proof_record(root: Path, bundle: ContentBundle, proof: Proof) -> None:
    """Write the proof record of *bundle*, which was read from *root*, and the file of remaining questions."""
    written = {
        "of": bundle.version,
        "by": __version__,
        "promises": list(proof.promises),
        "situations": proof.state_count,
        "conversations": str(proof.conversation_count),
        "figures": dict(proof.bound_lengths),
    }
    (root / PROOF_RECORD_FILE).write_text(json.dumps(written, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    (root / remaining.REMAINING_FILE).write_text(
        proof.remaining.to_json(remaining.hash_shape(bundle.flows[BASE_LANGUAGE])), encoding="utf-8"
    )


def proof_record_problems(root: Path, bundle: ContentBundle) -> list[str]:
    """Return nothing where the proof record proves this very bundle; else the sentence that says what to do."""
    try:
        written = json.loads((root / PROOF_RECORD_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return [UNPROVED_MESSAGE]
    proved = isinstance(written, dict) and written.get("of") == bundle.version and written.get("promises")
    return [] if proved else [UNPROVED_MESSAGE]
