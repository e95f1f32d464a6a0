"""Presenter of the opening, the open question and the emergency screen, with the buttons they share."""

from dataclasses import replace

from bot.engine.interpreter import Interpreter
from bot.engine.presenters.texts import Texts
from bot.engine.session import Button, Message, MessageKind
from bot.model.flow import Question
from bot.model.remaining_questions import MAX_REMAINING_SHOWN
from bot.model.urgency import EMERGENCY_FLOOR

MAX_LANGUAGE_BUTTONS = 2  # besides the present one: up to this many have a button each
# The commands under every question, in this order.
QUESTION_COMMANDS = ("back", "review", "why", "explain", "help", "help_now")


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


def language_buttons(texts: Texts, flow: str = "") -> tuple[Button, ...]:
    """Return the buttons to other languages: one each where there are few, else one button to the list."""
    others = [code for code in texts.bundle.languages if code != texts.session.language]
    if len(others) > MAX_LANGUAGE_BUTTONS:
        return (Button(f"!languages:{flow}".rstrip(":"), texts("pick_language")),)
    return tuple(language_button(texts, code, flow) for code in others)


def language_button(texts: Texts, code: str, flow: str = "") -> Button:
    """Return the button that sets the language *code*, labelled with the language's own name."""
    return Button(f"!language:{code}:{flow}".rstrip(":"), texts.bundle.languages[code].name)


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


def open_question_message(texts: Texts, interpreter: Interpreter) -> Message:
    """Return the message of the open question, after what was said on the way to it."""
    question = interpreter.question
    assert question is not None
    message = question_message(texts, interpreter.state_id, question, *map(texts.fill, interpreter.texts_since_answer))
    return replace(message, lead=progress_text(texts, interpreter))


def question_text(texts: Texts, question: Question, *texts_above: str) -> str:
    """Return the text of *question*, with *texts_above* before it."""
    return "\n\n".join((*texts_above, texts.fill(question.ask)))


def question_message(texts: Texts, state_id: str, question: Question, *texts_above: str) -> Message:
    """Return the message of *question* with its options and the usual commands."""
    text = question_text(texts, question, *texts_above)
    choices, tools = option_buttons(texts, question), command_buttons(texts, *QUESTION_COMMANDS)
    return Message(text, MessageKind.QUESTION, choices, tools, state_id=state_id, sensitive=question.sensitive)


def progress_text(texts: Texts, interpreter: Interpreter) -> str:
    """Return about how many questions follow the open one; without a number while there are many.

    It counts the longest way there is. It is what a locked phone shows of a question.
    """
    number = texts.bundle.remaining_questions.count_after(texts.session.flow, interpreter.answers, interpreter.state_id)
    match number:
        case None:
            return ""
        case 0:
            return texts("progress_last")
        case 1:
            return texts("progress_one")
    if number <= MAX_REMAINING_SHOWN:
        return texts("progress_some", number=str(number))
    return texts("progress_more" if interpreter.answers else "progress_many")


def option_buttons(texts: Texts, question: Question) -> tuple[Button, ...]:
    """Return a button for each option of *question*.

    An option without a text of its own is one of the two that every question has.
    """
    return tuple(
        Button(option.id, option.button_label or texts(option.id), option.text or texts(option.id), key)
        for key, option in zip(question.typed_keys, question.displayed_options, strict=True)
    )


COMMAND_LABELS = {"countries": "pick_country", "urgent": "help_now", "help_now": "help_now"}
COMMAND_ALIASES = {"help_now": "urgent", "change_answer": "review", "start_now": "restart"}


def command_buttons(texts: Texts, *names: str) -> tuple[Button, ...]:
    """Return a button for each of the commands *names*."""
    return tuple(Button(f"!{COMMAND_ALIASES.get(name, name)}", texts(COMMAND_LABELS.get(name, name))) for name in names)


def emergency_message(texts: Texts, interpreter: Interpreter) -> Message:
    """Return the flow's emergency message: an action, a number, what to do while waiting, nothing else.

    Source: red-flags.md, rule 10.
    """
    outcome = interpreter.outcome
    assert outcome is not None
    text = "\n\n".join((texts.fill(outcome.say), texts.emergency_number_help()))
    return Message(
        text,
        MessageKind.EMERGENCY,
        (),
        command_buttons(texts, "countries", "staff", "mistake", "hide"),
        EMERGENCY_FLOOR,
        interpreter.state_id,
    )


def forced_emergency_message(texts: Texts, interpreter: Interpreter) -> Message:
    """Return the emergency message that the red-flag monitor forces: the bot's own urgent text, not the flow's."""
    text = "\n\n".join((texts("urgent_text"), texts.emergency_number_help()))
    return Message(
        text,
        MessageKind.EMERGENCY,
        (),
        command_buttons(texts, "countries", "staff", "mistake", "hide"),
        EMERGENCY_FLOOR,
        interpreter.state_id,
    )
