"""Reader of a reviewer's sign-off, as `python -m bot sign` writes it into a file."""

from bot.authoring.parsing.table_reader import Fields
from bot.authoring.parsing.yaml_nodes import Scalar
from bot.model.review import Review


def review(top: Fields, needed: bool = False) -> Review | None:
    """Read the sign-off; None while `review:` is empty or not written."""
    node = top.need("review", "leave it empty until somebody signs") if needed else top.get("review")
    if node is None or (isinstance(node, Scalar) and not node.value):
        return None
    with Fields(top.reading, node, "'review'", top.key("review")) as it:
        return Review(it.text("by", ()), it.text("role", ()), it.day("on"), it.day("due"), it.text("of", ()))
