"""Reader of a reviewer's sign-off, as `python -m bot sign` writes it into a file."""

from bot.authoring.parsing.table_reader import TableReader
from bot.authoring.parsing.yaml_nodes import YamlScalar
from bot.model.review import Review


def read_review(top: TableReader, required: bool = False) -> Review | None:
    """Read the sign-off; None while `review:` is empty or not written."""
    node = top.require("review", "leave it empty until somebody signs") if required else top.get("review")
    if node is None or (isinstance(node, YamlScalar) and not node.value):
        return None
    with TableReader(top.context, node, "'review'", top.key_position("review")) as table:
        return Review(
            table.read_text("by", ()),
            table.read_text("role", ()),
            table.read_date("on"),
            table.read_date("due"),
            table.read_text("of", ()),
        )
