"""What fits: on a button, in a sentence, in a question. What fits into one message stands in `bot.wording.longest`."""

import re
from collections import Counter
from collections.abc import Iterator

from bot.flow import Option, Question
from bot.library import Library, filed
from bot.wording.patterns import sentences
from bot.wording.strings import Said

DATA = 48  # bytes of a button's own data; the session's tag and the turn take the rest of Telegram's 64
WORD = re.compile(r"[^\W_]")


def long_sentences(said: Said, most: int) -> Iterator[tuple[int, str, int]]:
    """Each sentence of more than *most* words: where it begins, its first words, and how many there are."""
    at = 0
    for line in said.text.split("\n"):
        for start, sentence in sentences(line):
            words = [word for word in sentence.split() if WORD.search(word)]
            if len(words) > most:
                yield at + start, sentence, len(words)
        at += len(line) + 1


def lines_of_question(said: Said) -> int:
    """The lines of a question besides the list that hangs from it."""
    return sum(not line.startswith("- ") for line in said.text.split("\n"))


def same_labels(question: Question) -> Iterator[Option]:
    """Options that nobody could tell apart by what their buttons say."""
    labels = Counter(option.label.casefold() for option in question.options if option.label)
    return (option for option in question.options if labels[option.label.casefold()] > 1)


def data_of_buttons(library: Library, language: str) -> Iterator[tuple[str, str]]:
    """The data of every button that is not an option, with what it is filed under."""
    for page in library.pages.get(language, {}).values():
        yield filed(f"{page.id}.md", language), f"!page:{page.id}"
    for flow in library.flows.get(language, {}).values():
        yield from ((filed(flow.name, language), f"!change:{flow.at(question.name)}") for question in flow.questions())
