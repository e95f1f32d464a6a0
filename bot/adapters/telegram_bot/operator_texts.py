"""Texts about the bot as it is run here: who runs it, how to reach them, where and how long it keeps records."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.model.bundle import Library
from bot.operations.settings import Settings

USUAL = 24  # as the texts in the files have it
TELLS_HOURS = ("privacy_text", "hello_agree")


def as_run(library: Library, settings: Settings) -> Library:
    """Return *bundle* with what is true of this bot in its privacy text, in every language."""
    phrases = {}
    for language, said in library.phrases.items():
        texts = dict(said.texts)
        for name in TELLS_HOURS:
            if name in texts:
                texts[name] = re.sub(rf"\b{USUAL}\b", str(settings.hours), texts[name])
        if "privacy_text" in texts:
            texts["privacy_text"] = "\n".join((texts["privacy_text"], *_lines(texts, settings)))
        phrases[language] = replace(said, texts=texts)
    return replace(library, phrases=phrases)


def _lines(texts: Mapping[str, str], settings: Settings) -> Iterator[str]:
    """Yield the lines about the store and the operator that the privacy text ends with."""
    yield texts.get("kept_in_memory" if settings.store == "memory:" else "kept_sealed", "")
    if settings.operator_name:
        yield texts.get("operator", "").replace("{name}", settings.operator_name)
    if settings.operator_contact:
        yield texts.get("operator_contact", "").replace("{contact}", settings.operator_contact)
