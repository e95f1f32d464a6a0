"""Reader of the list of red flags: the answers that raise each flag, and the urgency it then needs."""

import re

from bot.authoring.parsing.parse_context import Reading
from bot.authoring.parsing.readers.guards import NEVER, guard, urgency
from bot.authoring.parsing.table_reader import Fields
from bot.authoring.parsing.yaml_nodes import Node, Scalar
from bot.model.content import RedFlag
from bot.model.urgency import Urgency

ID = re.compile(r"R\d{2}[a-z]?")


def read_red_flags(reading: Reading) -> tuple[RedFlag, ...]:
    """Read all red flags in their order."""
    with Fields(reading, reading.root(), "the list") as top:
        if (node := top.need("red_flags")) is None:
            return ()
        with Fields(reading, node, "'red_flags'") as flags:
            return tuple(_red_flag(reading, key, value) for key, value in flags.rest())


def _red_flag(reading: Reading, key: Scalar, value: Node) -> RedFlag:
    """Read one red flag and declare its name."""
    id = reading.name(key, "a red flag's name", ID, "R01")
    reading.declare(key, key.value)
    with Fields(reading, value, f"red flag '{key.value}'", key) as it:
        if "when" in it:
            reading.declare(it.key("when"), key.value, "", "when")
        needs, when, unless = it.need("needs"), it.need("when"), it.get("unless")
        return RedFlag(
            id=id,
            title=it.text("title", ()),
            needs=urgency(reading, needs, it.what("needs")) if needs else Urgency.SELF_CARE,
            when=guard(reading, when, it.what("when")) if when else NEVER,
            unless=guard(reading, unless, it.what("unless")) if unless else None,
        )
