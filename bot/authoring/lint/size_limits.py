"""Size limits of sentences, questions, labels and callback data; those of a message are in `message_length`."""

import re
from collections import Counter
from collections.abc import Iterator

from bot.authoring.lint.patterns import split_sentences
from bot.authoring.lint.readable_text import ReadableText
from bot.model.bundle import ContentBundle, content_key
from bot.model.flow import Option, Question

MAX_BUTTON_DATA_BYTES = 48  # bytes; the session's tag and the turn take the rest of the 64 that Telegram allows
LETTER_OR_DIGIT = re.compile(r"[^\W_]")


def long_sentences(readable: ReadableText, max_words: int) -> Iterator[tuple[int, str, int]]:
    """Yield each sentence of more than *max_words* words: its offset, the sentence, and its number of words."""
    line_offset = 0
    for line in readable.text.split("\n"):
        for start, sentence in split_sentences(line):
            words = [word for word in sentence.split() if LETTER_OR_DIGIT.search(word)]
            if len(words) > max_words:
                yield line_offset + start, sentence, len(words)
        line_offset += len(line) + 1


def question_line_count(readable: ReadableText) -> int:
    """Return the number of lines of a question, without the list below it."""
    return sum(not line.startswith("- ") for line in readable.text.split("\n"))


def options_with_same_label(question: Question) -> Iterator[Option]:
    """Return the options whose button says the same as the button of another option."""
    labels = Counter(option.button_label.casefold() for option in question.options if option.button_label)
    return (option for option in question.options if labels[option.button_label.casefold()] > 1)


def button_data(bundle: ContentBundle, language: str) -> Iterator[tuple[str, str]]:
    """Yield the callback data of every button that is not an option, with what it is filed under."""
    for page in bundle.pages.get(language, {}).values():
        yield content_key(f"{page.id}.md", language), f"!page:{page.id}"
    for flow in bundle.flows.get(language, {}).values():
        yield from (
            (content_key(flow.name, language), f"!change:{flow.full_name(question.name)}")
            for question in flow.questions()
        )
