"""The pattern rules of the style guide: words that no text may have, and words that each text must have."""

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.authoring.lint.texts import Said
from bot.model.style_guide import Leave, Patterns, Rule

END = re.compile(r"(?<=[.!?])[\"')]*\s+")
PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
PLAIN = str.maketrans(
    {"\N{RIGHT SINGLE QUOTATION MARK}": "'", "\N{LEFT SINGLE QUOTATION MARK}": "'", "\N{NO-BREAK SPACE}": " "}
)
BROKEN_LINE = re.compile(r"(?<![.:?!\n])\n(?=[^\n-])")  # a line break in the middle of a sentence
Broken = tuple[int, str]  # offset in the text, and the words


def broken(rule: Rule, said: Said) -> Iterator[Broken]:
    """Yield each match in the text that breaks *rule*; (0, "") when words that it must have are missing."""
    if rule.on and not said.has(*rule.on):
        return
    text = _in_one(said.text)
    for pattern in rule.never:
        for found in pattern.finditer(text):
            beside = _beside(text, found.start())
            if not any(_stands(leave, said, beside) for leave in rule.unless):
                yield found.start(), said.text[found.start() : found.end()]
    if not all(pattern.search(text) for pattern in rule.always):
        yield 0, ""


@lru_cache(maxsize=16)  # all rules check one text, then the next
def _in_one(text: str) -> str:
    """Return *text* without line breaks inside sentences, with plain quotes and spaces.

    It keeps its length, so that offsets stay right.
    """
    return BROKEN_LINE.sub(" ", text.translate(PLAIN))


def _stands(leave: Leave, said: Said, beside: str) -> bool:
    """Whether the exemption lets the words stand in this text, next to the sentences in *context*."""
    if (leave.on and not said.has(*leave.on)) or (leave.not_on and said.has(*leave.not_on)):
        return False
    return all(_found(leave.with_, beside)) and not any(_found(leave.without, beside))


def _found(patterns: Patterns, text: str) -> list[bool]:
    """Return for each pattern whether it matches somewhere in *text*."""
    return [pattern.search(text) is not None for pattern in patterns]


def sentences(line: str) -> Iterator[tuple[int, str]]:
    """Yield the sentences of one line, each with the offset where it begins."""
    start = 0
    for end in END.finditer(line):
        yield start, line[start : end.start()]
        start = end.end()
    yield start, line[start:]


def _beside(text: str, at: int) -> str:
    """Return the sentence at *offset*, the one after it on its line, and the line that introduces its list."""
    above, line = text[:at].split("\n"), text[text.rfind("\n", 0, at) + 1 :].partition("\n")[0]
    column = len(above[-1])
    whole = list(sentences(line))
    mine = max(index for index, (start, _) in enumerate(whole) if start <= column)
    near = [sentence for _, sentence in whole[mine : mine + 2]]
    return "\n".join([*_lead(above[:-1], line), *near])


def _lead(above: list[str], line: str) -> list[str]:
    """Return the line that introduces the list item *line*, as a list of one; empty when it is no list item."""
    if not line.startswith("- "):
        return []
    leads = (up for up in reversed(above) if up and not up.startswith("- ") and not PLACEHOLDER.fullmatch(up))
    return [next(leads, "")]
