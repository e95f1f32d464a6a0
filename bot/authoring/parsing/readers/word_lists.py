"""Reader of lists of words or phrases as people type them: these are listened for, and never shown."""

from bot.authoring.parsing.parse_context import ParseContext
from bot.authoring.parsing.yaml_nodes import YamlNode, shorten


def read_word_list(context: ParseContext, node: YamlNode | None, display_name: str) -> tuple[str, ...]:
    """Read a list of words or phrases as people type them; report one that stands in it twice."""
    found: dict[str, None] = {}
    for item in context.read_items(node, display_name, allow_single=True) if node else ():
        text = context.read_text(item, f"a phrase of {display_name}", ())
        if text in found:
            context.report(item, "twice", f"'{shorten(text)}' stands in {display_name} twice")
        found[text] = None
    return tuple(filter(None, found))
