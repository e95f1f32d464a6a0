"""Reader of the list of red flags: the answers that raise each flag, and the urgency it then needs."""

import re

from bot.authoring.parsing.parse_context import ParseContext
from bot.authoring.parsing.readers.guards import NEVER_HOLDS, read_guard, urgency
from bot.authoring.parsing.table_reader import TableReader
from bot.authoring.parsing.yaml_nodes import YamlNode, YamlScalar
from bot.model.content import RedFlag
from bot.model.urgency import Urgency

RED_FLAG_ID_PATTERN = re.compile(r"R\d{2}[a-z]?")


def read_red_flags(context: ParseContext) -> tuple[RedFlag, ...]:
    """Read all red flags in their order."""
    with TableReader(context, context.parse_root(), "the list") as top:
        if (node := top.require("red_flags")) is None:
            return ()
        with TableReader(context, node, "'red_flags'") as flags:
            return tuple(_read_red_flag(context, key, value) for key, value in flags.take_remaining())


def _read_red_flag(context: ParseContext, key: YamlScalar, value: YamlNode) -> RedFlag:
    """Read one red flag and declare its name."""
    id = context.read_name(key, "a red flag's name", RED_FLAG_ID_PATTERN, "R01")
    context.declare(key, key.value)
    with TableReader(context, value, f"red flag '{key.value}'", key) as table:
        if "when" in table:
            context.declare(table.key_position("when"), key.value, "", "when")
        needs, guard_node, unless = table.require("needs"), table.require("when"), table.get("unless")
        return RedFlag(
            id=id,
            title=table.read_text("title", ()),
            required_urgency=urgency(context, needs, table.display_name_of("needs")) if needs else Urgency.SELF_CARE,
            when=read_guard(context, guard_node, table.display_name_of("when")) if guard_node else NEVER_HOLDS,
            unless=read_guard(context, unless, table.display_name_of("unless")) if unless else None,
        )
