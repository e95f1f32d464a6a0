"""The red-flag list: what people answered when a flag is up, and the urgency it then needs."""

import re

from bot.content import RedFlag
from bot.reading.fields import Fields
from bot.reading.guards import NEVER, guard, urgency
from bot.reading.nodes import Node, Scalar
from bot.reading.reading import Reading
from bot.urgency import Urgency

ID = re.compile(r"R\d{2}[a-z]?")


def read_red_flags(reading: Reading) -> tuple[RedFlag, ...]:
    with Fields(reading, reading.root(), "the list") as top:
        if (node := top.need("red_flags")) is None:
            return ()
        with Fields(reading, node, "'red_flags'") as flags:
            return tuple(_red_flag(reading, key, value) for key, value in flags.rest())


def _red_flag(reading: Reading, key: Scalar, value: Node) -> RedFlag:
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
