"""Reader of the hazard log, `flows/hazards.yaml`: hazards, controls, open decisions, limits."""

import re

from bot.authoring.parsing.parse_context import Reading
from bot.authoring.parsing.table_reader import Fields
from bot.authoring.parsing.yaml_nodes import Node, Scalar
from bot.model.hazard_log import Control, Decision, Hazard, HazardLog, Holder, Risk

HAZARD, AMENDMENT = re.compile(r"H\d{2}"), re.compile(r"F\d{1,2}")
WORST = 5


def read_hazards(reading: Reading) -> HazardLog:
    """Read the whole hazard log."""
    with Fields(reading, reading.root(), "the hazard log") as top:
        with Fields(reading, top.need("hazards"), "'hazards'") as table:
            hazards = tuple(_hazard(reading, key, value) for key, value in table.rest())
        with Fields(reading, top.need("decisions"), "'decisions'") as table:
            decisions = {key.value: _decision(reading, key, value) for key, value in table.rest()}
        stricter, limits, adopting = (_lines(top, key) for key in ("stricter", "limits", "adopting"))
    return HazardLog(hazards, decisions, stricter, limits, adopting)


def _hazard(reading: Reading, key: Scalar, value: Node) -> Hazard:
    """Read one hazard with its risks before and after its controls."""
    id = reading.name(key, "a hazard", HAZARD, "H01")
    with Fields(reading, value, f"'{key.value}'", key) as it:
        it.need("controls")
        return Hazard(
            id=id,
            hazard=it.text("hazard", ()),
            cause=it.text("cause", ()),
            harm=it.text("harm", ()),
            before=_risk(it, "before"),
            after=_risk(it, "after"),
            controls=tuple(_control(reading, item) for item in it.items("controls")),
            residual=it.text("residual", ()),
        )


def _risk(it: Fields, key: str) -> Risk:
    """Read a risk: severity and likelihood."""
    with Fields(it.reading, it.need(key), it.what(key), it.key(key)) as risk:
        return Risk(_figure(risk, "severity"), _figure(risk, "likelihood"))


def _figure(it: Fields, key: str) -> int:
    """Read a score from 1 to MAX_RISK_SCORE; report anything else and return the worst."""
    node = it.need(key)
    word = it.reading.raw(node, it.what(key)) if node else "1"
    if word in map(str, range(1, WORST + 1)):
        return int(word)
    if isinstance(node, Scalar):
        it.reading.fault(node, "count", f"{it.what(key)} should be a number from 1 to {WORST}")
    return WORST


def _control(reading: Reading, node: Node) -> Control:
    """Read one control and the promises, style rules or tests that hold it."""
    with Fields(reading, node, "the control") as it:
        what = it.text("what", ())
        it.need("held_by", "a promise, a rule of speech or a test")
        items = it.items("held_by", lone=True)
        return Control(
            what, tuple(Holder(reading.text(item, "what holds it", ()), reading.place(item)) for item in items)
        )


def _decision(reading: Reading, key: Scalar, value: Node) -> Decision:
    """Read one open decision."""
    reading.name(key, "an amendment", AMENDMENT, "F8")
    with Fields(reading, value, f"'{key.value}'", key) as it:
        return Decision(it.text("what", ()), it.text("asks", ()))


def _lines(top: Fields, key: str) -> tuple[str, ...]:
    """Read a required list of texts."""
    top.need(key)
    return tuple(top.reading.text(item, f"a line of '{key}'", ()) for item in top.items(key))
