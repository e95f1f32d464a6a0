"""Size limits of sentences, questions, labels and callback data; those of a message are in `message_length`."""

import re
from collections import Counter
from collections.abc import Iterator

from bot.authoring.lint.patterns import sentences
from bot.authoring.lint.texts import Said
from bot.model.bundle import Library, filed
from bot.model.flow import Option, Question

DATA = 48  # bytes; the session's tag and the turn take the rest of the 64 that Telegram allows
WORD = re.compile(r"[^\W_]")


def long_sentences(said: Said, most: int) -> Iterator[tuple[int, str, int]]:
    """Yield each sentence of more than *max_words* words: its offset, the sentence, and its number of words."""
    at = 0
    for line in said.text.split("\n"):
        for start, sentence in sentences(line):
            words = [word for word in sentence.split() if WORD.search(word)]
            if len(words) > most:
                yield at + start, sentence, len(words)
        at += len(line) + 1


def lines_of_question(said: Said) -> int:
    """Return the number of lines of a question, without the list below it."""
    return sum(not line.startswith("- ") for line in said.text.split("\n"))


def same_labels(question: Question) -> Iterator[Option]:
    """Return the options whose button says the same as the button of another option."""
    labels = Counter(option.label.casefold() for option in question.options if option.label)
    return (option for option in question.options if labels[option.label.casefold()] > 1)


def data_of_buttons(library: Library, language: str) -> Iterator[tuple[str, str]]:
    """Yield the callback data of every button that is not an option, with what it is filed under."""
    for page in library.pages.get(language, {}).values():
        yield filed(f"{page.id}.md", language), f"!page:{page.id}"
    for flow in library.flows.get(language, {}).values():
        yield from ((filed(flow.name, language), f"!change:{flow.at(question.name)}") for question in flow.questions())
