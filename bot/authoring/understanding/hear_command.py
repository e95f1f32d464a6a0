"""The command `python -m bot hear TEXT`: what the bot makes of a sentence, and why."""

import sys
from argparse import Namespace
from collections.abc import Iterator

from bot.authoring.loader import content_root, load_bundle
from bot.engine.presenters.texts import Texts
from bot.engine.session import Session
from bot.engine.understanding.classifier import intent_grams, strongest_grams
from bot.engine.understanding.folding import TypedWords, read_typed
from bot.engine.understanding.hearing import Heard, hear, intent_probabilities, signs_in
from bot.engine.understanding.languages import find_asked_language, find_written_language
from bot.engine.understanding.option_matching import match_option
from bot.engine.understanding.quantities import number_note
from bot.model.bundle import ContentBundle
from bot.model.diagnostics import suggest
from bot.operations.exit_codes import EXIT_BAD_USAGE, EXIT_OK

INTENTS_SHOWN, GRAMS_SHOWN = 4, 6


def run(options: Namespace) -> int:
    """Run the command and return its exit code."""
    bundle, _ = load_bundle(content_root(), include_drafts=True)
    if options.lang not in bundle.languages:
        print(f"The bot does not speak '{options.lang}'; {suggest(options.lang, bundle.languages)}", file=sys.stderr)
        return EXIT_BAD_USAGE
    texts = Texts(bundle, Session(language=options.lang))
    if options.at and texts.find_question(options.at) is None:
        print(f"There is no question '{options.at}'. Such as: safety.signs", file=sys.stderr)
        return EXIT_BAD_USAGE
    print("\n".join(explanation(texts, read_typed(options.text), options.text, options.at)))
    return EXIT_OK


def explanation(texts: Texts, typed: TypedWords, text: str, at: str) -> Iterator[str]:
    """Yield lines that say what *typed* is taken for, while the question *at* is open."""
    bundle, language = texts.bundle, texts.session.language
    yield f"Folded: {typed.folded}"
    if question := texts.find_question(at):
        option = match_option(question, text, texts.phrases)
        note = number_note(question, typed, texts.phrases)
        answer = f"the answer '{option}'" if option else "no answer"
        yield f"At {at}: {answer}{f'; asked again: {note}' if note else ''}"
        if option:
            return
    if asked := find_asked_language(bundle, typed.answer):
        yield f"Asks for the language: {asked}"
    if written := find_written_language(bundle, typed, language):
        yield f"Written in the language: {written}"
    yield from _meaning(hear(bundle, language, typed))
    yield from _reasons(bundle, typed)


def _meaning(heard: Heard) -> Iterator[str]:
    """Yield what was made of the words."""
    if heard.danger and heard.danger.phrase:
        source = heard.danger.language or "a number"
        yield f"Help now: {heard.danger.kind}, by the phrase '{heard.danger.phrase}' ({source})"
    elif heard.danger:
        yield f"Help now: {heard.danger.kind}, by the examples"
    elif heard.check:
        yield f"Let us check this first: {heard.check}"
    elif heard.destinations:
        yield f"Offered: {', '.join(f'{one.kind} {one.id}' for one in heard.destinations)}"
    else:
        yield f"Said: {heard.phrase}" if heard.phrase else "Nothing that it knows"


def _reasons(bundle: ContentBundle, typed: TypedWords) -> Iterator[str]:
    """Yield the likeliest intents, each with the n-grams that speak most for it."""
    model, found = bundle.vocabulary.model, intent_probabilities(bundle.vocabulary, typed)
    if model is None or not found:
        return
    grams = intent_grams(typed.classified, signs_in(bundle.vocabulary, typed))
    for intent in sorted(found, key=lambda name: -found[name])[:INTENTS_SHOWN]:
        strongest = ", ".join(
            f"{gram} {weight}" for gram, weight in strongest_grams(model.intents, grams, intent, GRAMS_SHOWN)
        )
        yield f"  {found[intent]:4.0%} {intent}: {strongest}"
