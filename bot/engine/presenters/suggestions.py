"""Presenter of what typed words may be about: a few things to choose from, "none of these", and no diagnosis."""

from collections.abc import Iterable

from bot.engine.presenters.buttons import command_buttons, language_button
from bot.engine.presenters.ending import page_button
from bot.engine.presenters.texts import Texts
from bot.engine.session import Button, Message, MessageKind
from bot.engine.understanding.hearing import Destination
from bot.model.bundle import BASE_LANGUAGE


def suggestions_message(
    texts: Texts, destinations: Iterable[Destination], intro: str = "these_may_fit"
) -> Message | None:
    """Return the message that offers *destinations* under the phrase *intro*; None where none of them is there."""
    buttons = tuple(button for destination in destinations if (button := _destination_button(texts, destination)))
    if not buttons:
        return None
    return Message(texts(intro), MessageKind.LIST, (), (*buttons, *_none_of_these(texts)))


def _destination_button(texts: Texts, destination: Destination) -> Button | None:
    """Return the button that leads to *destination*; None where it cannot be gone to."""
    bundle, language = texts.bundle, texts.session.language
    match destination.kind:
        case "page" if destination.id in bundle.pages[BASE_LANGUAGE]:
            return page_button(bundle.page(destination.id, language))
        case "term" if term := bundle.terms(language).get(destination.id):
            return Button(f"!term:{term.id}", term.term, texts("word_called", term=term.term))
        case "flow" if destination.id in bundle.entry_flows and not bundle.information_only:
            return Button(f"!begin_flow:{destination.id}", bundle.flow(destination.id, language).title)
    return None


def _none_of_these(texts: Texts) -> tuple[Button, ...]:
    """Return the button that leads back: to the open question, which stays open, or to the first screen."""
    if texts.bundle.information_only:
        return command_buttons(texts, "all_pages")
    command = "resume" if texts.session.flow else "restart"
    return (Button(f"!{command}", texts("none_of_these_button")),)


# ---- languages


def spoken_language_note(texts: Texts, code: str, phrase: str = "offer_language") -> Message:
    """Return a note in the language *code*, which the bot speaks, with the button that changes to it."""
    return Message(texts.in_language(code)(phrase), tools=(language_button(texts, code),))


def heard_language_note(texts: Texts, code: str) -> Message:
    """Return the sentence in the language *code*, which the bot only recognises: which languages there are."""
    return Message(texts.fill(texts.bundle.vocabulary.heard[code].say, {"languages": _language_names(texts)}))


def _language_names(texts: Texts) -> str:
    """Return the names of the languages that can be chosen, each in its own."""
    return ", ".join(language.name for language in texts.bundle.languages.values())


def offered_help_text(texts: Texts, phrase: str, language: str) -> str:
    """Return the offer of help *phrase*, first in the *language* that the danger was told in, where it is another."""
    own = texts(phrase)
    if language in texts.bundle.languages and language != texts.session.language:
        return f"{texts.in_language(language)(phrase)}\n\n{own}"
    if heard := texts.bundle.vocabulary.heard.get(language):
        return f"{texts.fill(heard.help)}\n\n{own}"
    return own
