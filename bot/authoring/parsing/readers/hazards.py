"""Reader of the hazard log, `flows/hazards.yaml`: hazards, controls, open decisions, limits."""

import re

from bot.authoring.parsing.parse_context import ParseContext
from bot.authoring.parsing.table_reader import TableReader
from bot.authoring.parsing.yaml_nodes import YamlNode, YamlScalar
from bot.model.hazard_log import ClinicalDecision, Control, ControlEvidence, Hazard, HazardLog, Risk

HAZARD_ID_PATTERN, AMENDMENT_ID_PATTERN = re.compile(r"H\d{2}"), re.compile(r"F\d{1,2}")
MAX_RISK_SCORE = 5


def read_hazards(context: ParseContext) -> HazardLog:
    """Read the whole hazard log."""
    with TableReader(context, context.parse_root(), "the hazard log") as top:
        with TableReader(context, top.require("hazards"), "'hazards'") as table:
            hazards = tuple(_read_hazard(context, key, value) for key, value in table.take_remaining())
        with TableReader(context, top.require("decisions"), "'decisions'") as table:
            decisions = {key.value: _read_decision(context, key, value) for key, value in table.take_remaining()}
        stricter, limits, adopting = (_read_lines(top, key) for key in ("stricter", "limits", "adopting"))
    return HazardLog(hazards, decisions, stricter, limits, adopting)


def _read_hazard(context: ParseContext, key: YamlScalar, value: YamlNode) -> Hazard:
    """Read one hazard with its risks before and after its controls."""
    id = context.read_name(key, "a hazard", HAZARD_ID_PATTERN, "H01")
    with TableReader(context, value, f"'{key.value}'", key) as table:
        table.require("controls")
        return Hazard(
            id=id,
            description=table.read_text("hazard", ()),
            cause=table.read_text("cause", ()),
            harm=table.read_text("harm", ()),
            risk_before=_read_risk(table, "before"),
            risk_after=_read_risk(table, "after"),
            controls=tuple(_read_control(context, item) for item in table.read_items("controls")),
            residual_risk=table.read_text("residual", ()),
        )


def _read_risk(table: TableReader, key: str) -> Risk:
    """Read a risk: severity and likelihood."""
    with TableReader(table.context, table.require(key), table.display_name_of(key), table.key_position(key)) as risk:
        return Risk(_read_score(risk, "severity"), _read_score(risk, "likelihood"))


def _read_score(table: TableReader, key: str) -> int:
    """Read a score from 1 to MAX_RISK_SCORE; report anything else and return the worst."""
    node = table.require(key)
    word = table.context.read_raw(node, table.display_name_of(key)) if node else "1"
    if word in map(str, range(1, MAX_RISK_SCORE + 1)):
        return int(word)
    if isinstance(node, YamlScalar):
        table.context.report(
            node, "count", f"{table.display_name_of(key)} should be a number from 1 to {MAX_RISK_SCORE}"
        )
    return MAX_RISK_SCORE


def _read_control(context: ParseContext, node: YamlNode) -> Control:
    """Read one control and the promises, style rules or tests that hold it."""
    with TableReader(context, node, "the control") as table:
        description = table.read_text("what", ())
        table.require("held_by", "a promise, a rule of speech or a test")
        items = table.read_items("held_by", allow_single=True)
        return Control(
            description,
            tuple(
                ControlEvidence(context.read_text(item, "what holds it", ()), context.location_of(item))
                for item in items
            ),
        )


def _read_decision(context: ParseContext, key: YamlScalar, value: YamlNode) -> ClinicalDecision:
    """Read one open decision."""
    context.read_name(key, "an amendment", AMENDMENT_ID_PATTERN, "F8")
    with TableReader(context, value, f"'{key.value}'", key) as table:
        return ClinicalDecision(table.read_text("what", ()), table.read_text("asks", ()))


def _read_lines(top: TableReader, key: str) -> tuple[str, ...]:
    """Read a required list of texts."""
    top.require(key)
    return tuple(top.context.read_text(item, f"a line of '{key}'", ()) for item in top.read_items(key))
