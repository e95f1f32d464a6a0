"""Reader of the coverage table: each claim of the articles this project began with, and what carries it now."""

import re

from bot.authoring.parsing.parse_context import NameKind, ParseContext
from bot.authoring.parsing.readers.glossary import GLOSSARY_FILE
from bot.authoring.parsing.readers.phrases import PHRASES_FILE
from bot.authoring.parsing.readers.shared_fields import page_key
from bot.authoring.parsing.table_reader import TableReader
from bot.authoring.parsing.yaml_nodes import YamlNode, YamlScalar, shorten
from bot.model.content import CoverageClaim

CLAIM_ID_PATTERN = re.compile(r"C\d{3}")
CLAIM_VERDICTS = ("supported", "partly", "outdated", "wrong", "harmful", "unclear", "new")
CARRIED_BY_KINDS = ("page", "flow", "question", "state", "glossary", "phrase")
MAX_CLAIM_TEXT_LENGTH = 100  # characters


def read_coverage(context: ParseContext) -> dict[str, CoverageClaim]:
    """Read the coverage table and return its claims by id."""
    with TableReader(context, context.parse_root(), "the coverage table") as top:
        top.read_date("checked")
        with TableReader(context, top.require("claims"), "'claims'") as claims:
            found = [_read_claim(context, key, value) for key, value in claims.take_remaining()]
    return {claim.id: claim for claim in found}


def _read_claim(context: ParseContext, key: YamlScalar, value: YamlNode) -> CoverageClaim:
    """Read one claim: its verdict, and either what carries it or why it is left out."""
    id = context.read_name(key, "a claim", CLAIM_ID_PATTERN, "C001")
    with TableReader(context, value, f"'{key.value}'", key) as table:
        verdict = table.read_choice("verdict", CLAIM_VERDICTS)
        if "left_out" in table:
            return CoverageClaim(id, verdict, left_out=table.read_text("left_out", ()))
        table.require("carried_by", "or 'left_out', with the reason")
        carried_by = tuple(_read_carried_by(context, item) for item in table.read_items("carried_by"))
        return CoverageClaim(id, verdict, carried_by, table.read_short_text("says", MAX_CLAIM_TEXT_LENGTH))


def _read_carried_by(context: ParseContext, node: YamlNode) -> str:
    """Read what carries a claim, such as `page:first_times` or `question:safety.blood_now`; it must exist."""
    reference = context.read_raw(node, "what carries it")
    kind, _, name = reference.partition(":")
    match kind:
        case "page":
            context.refer(node, NameKind.PAGE, page_key(name))
        case "flow":
            context.refer(node, NameKind.FLOW, name)
        case "question":
            context.refer(node, NameKind.QUESTION, *_split_state_name(name))
        case "state":
            context.refer(node, NameKind.STATE, *_split_state_name(name))
        case "glossary":
            context.refer(node, NameKind.TERM, GLOSSARY_FILE, name)
        case "phrase":
            context.refer(node, NameKind.PHRASE, PHRASES_FILE, name)
        case _ if isinstance(node, YamlScalar):
            message = f"nothing of the kind '{shorten(kind)}' can carry a claim"
            context.report(node, "unknown-word", message, context.suggest(kind, CARRIED_BY_KINDS))
    return reference


def _split_state_name(name: str) -> tuple[str, str]:
    """Split 'flow.state' into its two names."""
    flow, _, state = name.partition(".")
    return flow, state
