"""Words that no text may have, and words that each text must have."""

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.manners import Leave, Patterns, Rule
from bot.wording.strings import Said

END = re.compile(r"(?<=[.!?])[\"')]*\s+")
PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
PLAIN = str.maketrans(
    {"\N{RIGHT SINGLE QUOTATION MARK}": "'", "\N{LEFT SINGLE QUOTATION MARK}": "'", "\N{NO-BREAK SPACE}": " "}
)
BROKEN_LINE = re.compile(r"(?<![.:?!\n])\n(?=[^\n-])")  # in the middle of a sentence
Broken = tuple[int, str]  # where in the text, and the words


def broken(rule: Rule, said: Said) -> Iterator[Broken]:
    """Where *said* breaks *rule*."""
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


@lru_cache(maxsize=16)  # all rules look at one text, then at the next
def _in_one(text: str) -> str:
    """*text* without line breaks in its sentences; as long as it was, so that places stay true."""
    return BROKEN_LINE.sub(" ", text.translate(PLAIN))


def _stands(leave: Leave, said: Said, beside: str) -> bool:
    if (leave.on and not said.has(*leave.on)) or (leave.not_on and said.has(*leave.not_on)):
        return False
    return all(_found(leave.with_, beside)) and not any(_found(leave.without, beside))


def _found(patterns: Patterns, text: str) -> list[bool]:
    return [pattern.search(text) is not None for pattern in patterns]


def sentences(line: str) -> Iterator[tuple[int, str]]:
    """The sentences of one line, each with where it begins."""
    start = 0
    for end in END.finditer(line):
        yield start, line[start : end.start()]
        start = end.end()
    yield start, line[start:]


def _beside(text: str, at: int) -> str:
    """The sentence at *at*, the one after it on its line, and the line that a list hangs from."""
    above, line = text[:at].split("\n"), text[text.rfind("\n", 0, at) + 1 :].partition("\n")[0]
    column = len(above[-1])
    whole = list(sentences(line))
    mine = max(index for index, (start, _) in enumerate(whole) if start <= column)
    near = [sentence for _, sentence in whole[mine : mine + 2]]
    return "\n".join([*_lead(above[:-1], line), *near])


def _lead(above: list[str], line: str) -> list[str]:
    """The line that the list item *line* hangs from."""
    if not line.startswith("- "):
        return []
    leads = (up for up in reversed(above) if up and not up.startswith("- ") and not PLACEHOLDER.fullmatch(up))
    return [next(leads, "")]
