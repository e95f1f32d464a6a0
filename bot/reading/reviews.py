"""A reviewer's sign-off as it is written into a file by `python -m bot sign`, or left empty."""

from bot.reading.fields import Fields
from bot.reading.nodes import Scalar
from bot.review import Review


def review(top: Fields, needed: bool = False) -> Review | None:
    """Nobody has signed while `review:` is empty, or not written."""
    node = top.need("review", "leave it empty until somebody signs") if needed else top.get("review")
    if node is None or (isinstance(node, Scalar) and not node.value):
        return None
    with Fields(top.reading, node, "'review'", top.key("review")) as it:
        return Review(it.text("by", ()), it.text("role", ()), it.day("on"), it.day("due"), it.text("of", ()))
