"""Presenter of the opening: the signs of danger, what the bot is, and the button that is also the consent."""

from bot.engine.presenters.buttons import COMMAND_LABELS, command_buttons, language_buttons
from bot.engine.presenters.texts import Texts
from bot.engine.session import Button, Message, MessageKind


def opening_message(texts: Texts, flow: str) -> Message:
    """Return the opening message: the signs of danger first, then one button to go on, which is also the consent.

    Where the whole bot only informs there is nothing to agree to: the button leads to the pages.
    """
    parts = ["hello", "draft", "hello_what", "hello_check", "warning_signs", "hello_agree"]
    paragraphs = [texts(part) for part in parts if part != "draft" or texts.is_draft]
    paragraphs += clinic_notice(texts)  # at the end: the signs of danger come before any clinic
    onward = (
        command_buttons(texts, "all_pages")
        if texts.bundle.information_only
        else (Button(f"!go_on:{flow}", texts("go_on")),)
    )
    countries = Button(f"!countries::{flow}".rstrip(":"), texts(COMMAND_LABELS["countries"]))
    tools = (
        *command_buttons(texts, "help_now"),
        countries,
        *command_buttons(texts, *["leave_clinic"] * bool(texts.clinic)),
    )
    return Message("\n\n".join(paragraphs), MessageKind.OPENING, onward, (*tools, *language_buttons(texts, flow)))


def clinic_notice(texts: Texts) -> list[str]:
    """Return the notice about the clinic whose link was opened; empty without a clinic.

    It says whose link this was, that the clinic is not told who opened it, and what it is told if anything.
    A link is passed on, perhaps to another country: so it also says which country's emergency number stands above.
    """
    if not texts.clinic:
        return []
    greeting = texts.clinic.greeting_in(texts.session.language)
    sees_text = texts("clinic_sees_numbers" if texts.bundle.environment.statistics_enabled else "clinic_sees_nothing")
    number = texts("number_is_for" if texts.country_name else "number_here")
    says_text = texts("clinic_says", greeting=greeting) if greeting else ""
    return ["\n".join(filter(None, (texts("came_by"), sees_text, number, says_text)))]
