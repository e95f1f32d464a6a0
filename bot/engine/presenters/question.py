"""Presenter of questions: the open one, one that is being changed, and how many follow."""

from dataclasses import replace

from bot.engine.interpreter import Interpreter
from bot.engine.presenters.buttons import command_buttons
from bot.engine.presenters.texts import Texts
from bot.engine.session import Button, Message, MessageKind
from bot.model.flow import Question
from bot.model.remaining_questions import MAX_REMAINING_SHOWN

# The commands under every question, in this order.
QUESTION_COMMANDS = ("back", "review", "why", "explain", "help", "help_now")


def shown_question(texts: Texts, interpreter: Interpreter) -> Question | None:
    """Return the question on the screen: the one that is being changed, else the open one."""
    return texts.find_question(texts.session.changing) if texts.session.changing else interpreter.question


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
