"""The record of the trained model: written anew where the examples or the phrases have changed, and held by `check`."""

from pathlib import Path

from bot.authoring.loader import load_bundle
from bot.authoring.parsing.readers.intents import write_intent_model
from bot.authoring.understanding.training import train, training_digest
from bot.model.diagnostics import Diagnostic, SourceLocation
from bot.model.understanding import Vocabulary

MODEL_FILE = "content/intents.json"


def write_model(root: Path) -> bool:
    """Train the model of the content in *root* anew where it is not of today's examples; return whether it was."""
    bundle, _ = load_bundle(root, include_drafts=True)
    vocabulary = bundle.vocabulary
    if not vocabulary.examples or is_current(vocabulary):
        return False
    (root / MODEL_FILE).write_text(write_intent_model(train(vocabulary)), encoding="utf-8")
    return True


def is_current(vocabulary: Vocabulary) -> bool:
    """Whether the model was trained from exactly these examples and phrases."""
    return vocabulary.model is not None and vocabulary.model.trained_from == training_digest(vocabulary)


def model_diagnostics(vocabulary: Vocabulary) -> list[Diagnostic]:
    """Return a diagnostic where the model is not of today's examples."""
    if not vocabulary.examples or is_current(vocabulary):
        return []
    message = "the model was not trained from exactly these examples and phrases"
    return [Diagnostic(SourceLocation(MODEL_FILE, 1, 1), "not-recorded", message, "run: python -m bot record")]
