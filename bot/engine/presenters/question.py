"""Presenter of the opening, the open question and the emergency screen, with the buttons they share."""

from dataclasses import replace

from bot.engine.interpreter import Walker
from bot.engine.presenters.texts import Voice
from bot.engine.session import Button, Kind, Message
from bot.model.flow import Question
from bot.model.remaining_questions import MOST_TOLD
from bot.model.urgency import EMERGENCY

FEW_LANGUAGES = 2  # besides the present one: up to this many have a button each
# The commands under every question, in this order.
TOOLS = ("back", "review", "why", "explain", "help", "help_now")


def opening(voice: Voice, flow: str) -> Message:
    """Return the opening message: the signs of danger first, then one button to go on, which is also the consent.

    Where the whole bot only informs there is nothing to agree to: the button leads to the pages.
    """
    parts = ["hello", "draft", "hello_what", "hello_check", "warning_signs", "hello_agree"]
    told = [voice(part) for part in parts if part != "draft" or voice.draft]
    told += came_by(voice)  # at the end: the signs of danger come before any clinic
    onward = act(voice, "all_pages") if voice.library.information else (Button(f"!go_on:{flow}", voice("go_on")),)
    countries = Button(f"!countries::{flow}".rstrip(":"), voice(LABELS["countries"]))
    tools = (*act(voice, "help_now"), countries, *act(voice, *["leave_clinic"] * bool(voice.clinic)))
    return Message("\n\n".join(told), Kind.OPENING, onward, (*tools, *language_tool(voice, flow)))


def language_tool(voice: Voice, flow: str = "") -> tuple[Button, ...]:
    """Return the buttons to other languages: one each where there are few, else one button to the list."""
    others = [code for code in voice.library.languages if code != voice.session.language]
    if len(others) > FEW_LANGUAGES:
        return (Button(f"!languages:{flow}".rstrip(":"), voice("pick_language")),)
    return tuple(language_button(voice, code, flow) for code in others)


def language_button(voice: Voice, code: str, flow: str = "") -> Button:
    """Return the button that sets the language *code*, labelled with the language's own name."""
    return Button(f"!language:{code}:{flow}".rstrip(":"), voice.library.languages[code].name)


def came_by(voice: Voice) -> list[str]:
    """Return the notice about the clinic whose link was opened; empty without a clinic.

    It says whose link this was, that the clinic is not told who opened it, and what it is told if anything.
    A link is passed on, perhaps to another country: so it also says which country's emergency number stands above.
    """
    if not voice.clinic:
        return []
    greeting = voice.clinic.welcome(voice.session.language)
    sees = voice("clinic_sees_numbers" if voice.library.outside.counting else "clinic_sees_nothing")
    number = voice("number_is_for" if voice.country else "number_here")
    says = voice("clinic_says", greeting=greeting) if greeting else ""
    return ["\n".join(filter(None, (voice("came_by"), sees, number, says)))]


def card(voice: Voice, walker: Walker) -> Message:
    """Return the message of the open question, after what was said on the way to it."""
    question = walker.question
    assert question is not None
    asked = question_card(voice, walker.at, question, *map(voice.fill, walker.spoken))
    return replace(asked, lead=progress(voice, walker))


def question_text(voice: Voice, question: Question, *before: str) -> str:
    """Return the text of *question*, with *texts_above* before it."""
    return "\n\n".join((*before, voice.fill(question.ask)))


def question_card(voice: Voice, at: str, question: Question, *before: str) -> Message:
    """Return the message of *question* with its options and the usual commands."""
    text = question_text(voice, question, *before)
    choices, tools = options(voice, question), act(voice, *TOOLS)
    return Message(text, Kind.QUESTION, choices, tools, at=at, sensitive=question.sensitive)


def progress(voice: Voice, walker: Walker) -> str:
    """Return about how many questions follow the open one; without a number while there are many.

    It counts the longest way there is. It is what a locked phone shows of a question.
    """
    number = voice.library.remaining.after(voice.session.flow, walker.answers, walker.at)
    match number:
        case None:
            return ""
        case 0:
            return voice("progress_last")
        case 1:
            return voice("progress_one")
    if number <= MOST_TOLD:
        return voice("progress_some", number=str(number))
    return voice("progress_more" if walker.answers else "progress_many")


def options(voice: Voice, question: Question) -> tuple[Button, ...]:
    """Return a button for each option of *question*.

    An option without a text of its own is one of the two that every question has.
    """
    return tuple(
        Button(option.id, option.label or voice(option.id), option.text or voice(option.id), key)
        for key, option in zip(question.keys, question.shown, strict=True)
    )


LABELS = {"countries": "pick_country", "urgent": "help_now", "help_now": "help_now"}
IDS = {"help_now": "urgent", "change_answer": "review", "start_now": "restart"}


def act(voice: Voice, *names: str) -> tuple[Button, ...]:
    """Return a button for each of the commands *names*."""
    return tuple(Button(f"!{IDS.get(name, name)}", voice(LABELS.get(name, name))) for name in names)


def emergency(voice: Voice, walker: Walker) -> Message:
    """Return the flow's emergency message: an action, a number, what to do while waiting, nothing else.

    Source: red-flags.md, rule 10.
    """
    outcome = walker.outcome
    assert outcome is not None
    text = "\n\n".join((voice.fill(outcome.say), voice.number_help()))
    return Message(text, Kind.EMERGENCY, (), act(voice, "countries", "staff", "mistake", "hide"), EMERGENCY, walker.at)


def forced_emergency(voice: Voice, walker: Walker) -> Message:
    """Return the emergency message that the red-flag monitor forces: the bot's own urgent text, not the flow's."""
    text = "\n\n".join((voice("urgent_text"), voice.number_help()))
    return Message(text, Kind.EMERGENCY, (), act(voice, "countries", "staff", "mistake", "hide"), EMERGENCY, walker.at)
