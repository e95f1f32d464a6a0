"""Reader of the coverage table: each claim of the articles this project began with, and what carries it now."""

import re

from bot.authoring.parsing.parse_context import Kind, Reading
from bot.authoring.parsing.readers.effects import page_key
from bot.authoring.parsing.readers.glossary import GLOSSARY
from bot.authoring.parsing.readers.phrases import PHRASES
from bot.authoring.parsing.table_reader import Fields
from bot.authoring.parsing.yaml_nodes import Node, Scalar, shortened
from bot.model.content import Claim

CLAIM = re.compile(r"C\d{3}")
VERDICTS = ("supported", "partly", "outdated", "wrong", "harmful", "unclear", "new")
CARRIERS = ("page", "flow", "question", "state", "glossary", "phrase")
LONGEST = 100  # characters


def read_coverage(reading: Reading) -> dict[str, Claim]:
    """Read the coverage table and return its claims by id."""
    with Fields(reading, reading.root(), "the coverage table") as top:
        top.day("checked")
        with Fields(reading, top.need("claims"), "'claims'") as claims:
            found = [_claim(reading, key, value) for key, value in claims.rest()]
    return {claim.id: claim for claim in found}


def _claim(reading: Reading, key: Scalar, value: Node) -> Claim:
    """Read one claim: its verdict, and either what carries it or why it is left out."""
    id = reading.name(key, "a claim", CLAIM, "C001")
    with Fields(reading, value, f"'{key.value}'", key) as it:
        verdict = it.word("verdict", VERDICTS)
        if "left_out" in it:
            return Claim(id, verdict, left_out=it.text("left_out", ()))
        it.need("carried_by", "or 'left_out', with the reason")
        carried_by = tuple(_carrier(reading, item) for item in it.items("carried_by"))
        return Claim(id, verdict, carried_by, it.short("says", LONGEST))


def _carrier(reading: Reading, node: Node) -> str:
    """Read what carries a claim, such as `page:first_times` or `question:safety.blood_now`; it must exist."""
    carrier = reading.raw(node, "what carries it")
    sort, _, name = carrier.partition(":")
    match sort:
        case "page":
            reading.mention(node, Kind.PAGE, page_key(name))
        case "flow":
            reading.mention(node, Kind.FLOW, name)
        case "question":
            reading.mention(node, Kind.QUESTION, *_parts(name))
        case "state":
            reading.mention(node, Kind.STATE, *_parts(name))
        case "glossary":
            reading.mention(node, Kind.TERM, GLOSSARY, name)
        case "phrase":
            reading.mention(node, Kind.PHRASE, PHRASES, name)
        case _ if isinstance(node, Scalar):
            message = f"nothing of the kind '{shortened(sort)}' can carry a claim"
            reading.fault(node, "unknown-word", message, reading.guess(sort, CARRIERS))
    return carrier


def _parts(name: str) -> tuple[str, str]:
    """Split 'flow.state' into its two names."""
    flow, _, state = name.partition(".")
    return flow, state
