"""Texts about the bot as it is run here: who runs it, how to reach them, where and how long it keeps records."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.model.bundle import ContentBundle
from bot.operations.settings import Settings

DEFAULT_RETENTION_HOURS = 24  # as the texts in the files have it
TEXTS_WITH_HOURS = ("privacy_text", "hello_agree")


def with_operator_texts(bundle: ContentBundle, settings: Settings) -> ContentBundle:
    """Return *bundle* with what is true of this bot in its privacy text, in every language."""
    phrases = {}
    for language, language_phrases in bundle.phrases.items():
        texts = dict(language_phrases.texts)
        for name in TEXTS_WITH_HOURS:
            if name in texts:
                texts[name] = re.sub(rf"\b{DEFAULT_RETENTION_HOURS}\b", str(settings.session_hours), texts[name])
        if "privacy_text" in texts:
            texts["privacy_text"] = "\n".join((texts["privacy_text"], *_operator_lines(texts, settings)))
        phrases[language] = replace(language_phrases, texts=texts)
    return replace(bundle, phrases=phrases)


def _operator_lines(texts: Mapping[str, str], settings: Settings) -> Iterator[str]:
    """Yield the lines about the store and the operator that the privacy text ends with."""
    yield texts.get("kept_in_memory" if settings.store == "memory:" else "kept_sealed", "")
    if settings.operator_name:
        yield texts.get("operator", "").replace("{name}", settings.operator_name)
    if settings.operator_contact:
        yield texts.get("operator_contact", "").replace("{contact}", settings.operator_contact)
