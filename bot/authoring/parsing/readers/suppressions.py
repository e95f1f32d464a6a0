"""Reader of suppressions: an author's note that a style rule is wrong about certain words, and why."""

from bot.authoring.parsing.table_reader import TableReader
from bot.model.style_guide import Suppression


def read_suppressions(table: TableReader, *scope: str) -> None:
    """Read the list `silence` of *table* into its context, for the texts with source key *scope*."""
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
