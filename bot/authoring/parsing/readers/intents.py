"""Readers of what people want: what each intent leads to, the examples of messages, and the trained model."""

import base64
import json

from bot.authoring.parsing.parse_context import NameKind, ParseContext
from bot.authoring.parsing.readers.glossary import GLOSSARY_FILE
from bot.authoring.parsing.readers.phrases import PHRASES_FILE
from bot.authoring.parsing.readers.shared_fields import page_key
from bot.authoring.parsing.table_reader import TableReader
from bot.authoring.parsing.yaml_nodes import SourceSpan, YamlNode, YamlScalar
from bot.model.understanding import DANGER_KINDS, Example, Intent, IntentModel, LinearModel

MAX_DESTINATIONS = 3  # buttons that one intent may bring
INTENT_KEYS = ("danger", "check", "flow", "pages", "term", "phrase")
EXAMPLE_COLUMNS = ("scenario", "language", "intent", "text")


def read_intents(context: ParseContext) -> dict[str, Intent]:
    """Read what each intent leads to."""
    with (
        TableReader(context, context.parse_root(), "the list of intents") as top,
        TableReader(context, top.require("intents"), "'intents'") as table,
    ):
        found = [_read_intent(context, key, value) for key, value in table.take_remaining()]
    return {intent.id: intent for intent in found}


def _read_intent(context: ParseContext, key: YamlScalar, value: YamlNode) -> Intent:
    """Read one intent; report one that leads nowhere, or to more than there is room for."""
    id = context.read_name(key, "an intent", example="thrush")
    with TableReader(context, value, f"'{key.value}'", key) as table:
        danger = table.read_choice("danger", DANGER_KINDS) if "danger" in table else ""
        pages = []
        for item in table.read_items("pages", allow_single=True):
            if page := context.read_name(item, "a page"):
                context.refer(item, NameKind.PAGE, page_key(page))
                pages.append(page)
        intent = Intent(
            id,
            danger,
            _read_flow(table, "check"),
            _read_flow(table, "flow"),
            tuple(pages),
            _read_entry(table, "term", NameKind.TERM, GLOSSARY_FILE),
            _read_entry(table, "phrase", NameKind.PHRASE, PHRASES_FILE),
        )
        _check_destinations(table, key, intent)
    return intent


def _check_destinations(table: TableReader, key: YamlScalar, intent: Intent) -> None:
    """Report an intent that leads nowhere, or to more destinations than there is room for."""
    if table.is_table and not any(name in table for name in INTENT_KEYS):
        hint = f"give it one of: {', '.join(INTENT_KEYS)}"
        table.context.report(key, "idle", f"'{key.value}' leads nowhere", hint)
    count = len(intent.pages) + bool(intent.flow) + bool(intent.term)
    if count > MAX_DESTINATIONS:
        message = f"'{key.value}' leads to {count} things; there is room for {MAX_DESTINATIONS}"
        table.context.report(key, "too-long", message)


def _read_flow(table: TableReader, key: str) -> str:
    """Read the name of a flow that may be left out."""
    if key not in table:
        return ""
    if name := table.read_name(key):
        table.context.refer(table.value_of(key), NameKind.FLOW, name)
    return name


def _read_entry(table: TableReader, key: str, kind: NameKind, file: str) -> str:
    """Read the name of a term or a phrase that may be left out."""
    if key not in table:
        return ""
    if name := table.read_name(key):
        table.context.refer(table.value_of(key), kind, file, name)
    return name


def read_examples(context: ParseContext) -> tuple[Example, ...]:
    """Read the examples, one a line: scenario, language, intent and text, with a tab between them."""
    if context.source_file.diagnostic:
        return ()
    lines = context.source_file.lines
    if not lines or tuple(lines[0].rstrip().split("\t")) != EXAMPLE_COLUMNS:
        hint = "with a tab between them"
        context.report(SourceSpan(1, 1), "missing", f"the first line should be: {' '.join(EXAMPLE_COLUMNS)}", hint)
        return ()
    found: dict[Example, None] = {}
    for number, line in enumerate(lines[1:], 2):
        cells = line.rstrip("\r\n").split("\t")
        if not line.strip():
            continue
        if len(cells) != len(EXAMPLE_COLUMNS) or not all(cell.strip() for cell in cells):
            message = f"a line has {len(EXAMPLE_COLUMNS)} parts, with a tab between them"
            context.report(SourceSpan(number, 1), "missing", message)
            continue
        example = Example(*(cell.strip() for cell in cells))
        if example in found:
            context.report(SourceSpan(number, 1), "twice", "this example is there already")
        found[example] = None
    return tuple(found)


def read_intent_model(context: ParseContext) -> IntentModel | None:
    """Read the trained model; None where it is of no use, and then `check` says how to make it anew."""
    try:
        written = json.loads(context.source_file.text)
        return IntentModel(
            str(written["trained_from"]),
            _read_linear_model(written["intents"]),
            _read_linear_model(written["languages"]),
        )
    except (KeyError, TypeError, ValueError):
        return None


def _read_linear_model(written: dict[str, object]) -> LinearModel:
    """Return the linear model that *written* holds; ValueError for anything else."""
    labels, bits, scale, rows = (written[key] for key in ("labels", "bits", "scale", "weights"))
    if not (isinstance(labels, list) and isinstance(bits, int) and isinstance(scale, int) and isinstance(rows, list)):
        raise ValueError("not a model")
    weights = b"".join(map(base64.b85decode, rows))
    if scale < 1 or not 0 < bits < 32 or not labels or len(weights) != len(labels) << bits:
        raise ValueError("not a model")
    return LinearModel(tuple(map(str, labels)), bits, scale, weights)


def write_intent_model(model: IntentModel) -> str:
    """Return the text of the file that `read_intent_model` reads."""
    written = {
        "trained_from": model.trained_from,
        "intents": _linear_model_as_json(model.intents),
        "languages": _linear_model_as_json(model.languages),
    }
    return json.dumps(written, indent=1, ensure_ascii=False) + "\n"


def _linear_model_as_json(model: LinearModel) -> dict[str, object]:
    """Return *model* for JSON: its weights in lines of a hundred buckets."""
    size = len(model.labels) * 100
    rows = [
        base64.b85encode(model.weights[start : start + size]).decode() for start in range(0, len(model.weights), size)
    ]
    return {"labels": list(model.labels), "bits": model.bucket_bits, "scale": model.scale, "weights": rows}
