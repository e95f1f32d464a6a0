"""The pattern rules of the style guide: words that no text may have, and words that each text must have."""

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.authoring.lint.readable_text import ReadableText
from bot.authoring.localization.units import PLACEHOLDER_PATTERN
from bot.model.style_guide import Patterns, StyleExemption, StyleRule

SENTENCE_END = re.compile(r"(?<=[.!?])[\"')]*\s+")
PLAIN_CHARACTERS = str.maketrans(
    {"\N{RIGHT SINGLE QUOTATION MARK}": "'", "\N{LEFT SINGLE QUOTATION MARK}": "'", "\N{NO-BREAK SPACE}": " "}
)
SOFT_LINE_BREAK = re.compile(r"(?<![.:?!\n])\n(?=[^\n-])")  # a line break in the middle of a sentence
PatternMatch = tuple[int, str]  # offset in the text, and the words


def find_violations(rule: StyleRule, readable: ReadableText) -> Iterator[PatternMatch]:
    """Yield each match in the text that breaks *rule*; (0, "") when words that it must have are missing."""
    if rule.applies_to and not readable.has_tag(*rule.applies_to):
        return
    text = _unwrap_lines(readable.text)
    for pattern in rule.forbidden_patterns:
        for match in pattern.finditer(text):
            context = _context_of(text, match.start())
            if not any(_is_exempt(exemption, readable, context) for exemption in rule.exemptions):
                yield match.start(), readable.text[match.start() : match.end()]
    if not all(pattern.search(text) for pattern in rule.required_patterns):
        yield 0, ""


@lru_cache(maxsize=16)  # all rules check one text, then the next
def _unwrap_lines(text: str) -> str:
    """Return *text* without line breaks inside sentences, with plain quotes and spaces.

    It keeps its length, so that offsets stay right.
    """
    return SOFT_LINE_BREAK.sub(" ", text.translate(PLAIN_CHARACTERS))


def _is_exempt(exemption: StyleExemption, readable: ReadableText, context: str) -> bool:
    """Whether the exemption lets the words stand in this text, next to the sentences in *context*."""
    if (exemption.applies_to and not readable.has_tag(*exemption.applies_to)) or (
        exemption.excluded_texts and readable.has_tag(*exemption.excluded_texts)
    ):
        return False
    return all(_matches(exemption.required_patterns, context)) and not any(
        _matches(exemption.forbidden_patterns, context)
    )


def _matches(patterns: Patterns, text: str) -> list[bool]:
    """Return for each pattern whether it matches somewhere in *text*."""
    return [pattern.search(text) is not None for pattern in patterns]


def split_sentences(line: str) -> Iterator[tuple[int, str]]:
    """Yield the sentences of one line, each with the offset where it begins."""
    start = 0
    for end in SENTENCE_END.finditer(line):
        yield start, line[start : end.start()]
        start = end.end()
    yield start, line[start:]


def _context_of(text: str, offset: int) -> str:
    """Return the sentence at *offset*, the one after it on its line, and the line that introduces its list."""
    lines_above, line = text[:offset].split("\n"), text[text.rfind("\n", 0, offset) + 1 :].partition("\n")[0]
    column = len(lines_above[-1])
    all_sentences = list(split_sentences(line))
    own_index = max(index for index, (start, _) in enumerate(all_sentences) if start <= column)
    nearby = [sentence for _, sentence in all_sentences[own_index : own_index + 2]]
    return "\n".join([*_list_introduction(lines_above[:-1], line), *nearby])


def _list_introduction(lines_above: list[str], line: str) -> list[str]:
    """Return the line that introduces the list item *line*, as a list of one; empty when it is no list item."""
    if not line.startswith("- "):
        return []
    introductions = (
        line_above
        for line_above in reversed(lines_above)
        if line_above and not line_above.startswith("- ") and not PLACEHOLDER_PATTERN.fullmatch(line_above)
    )
    return [next(introductions, "")]
