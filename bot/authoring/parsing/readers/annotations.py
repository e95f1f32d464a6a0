"""Readers of what people note in a file besides its content: sign-offs of reviewers, suppressions of style rules."""

from bot.authoring.parsing.table_reader import TableReader
from bot.authoring.parsing.yaml_nodes import YamlScalar
from bot.model.review import Review
from bot.model.style_guide import Suppression


def read_review(top: TableReader, required: bool = False) -> Review | None:
    """Read the sign-off, as `python -m bot sign` writes it; None while `review:` is empty or not written."""
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


def read_suppressions(table: TableReader, *scope: str) -> None:
    """Read the list `silence` of *table* into its context, for the texts with source key *scope*.

    A suppression is an author's note that a style rule is wrong about certain words, and why.
    """
    for item in table.read_items("silence"):
        with TableReader(table.context, item, "the silence") as suppression_table:
            suppression = Suppression(
                scope,
                suppression_table.read_text("rule", ()),
                suppression_table.read_text("words", None),
                suppression_table.read_text("why", ()),
            )
        table.context.declare(item, *suppression.key)
        table.context.suppressions.append(suppression)
