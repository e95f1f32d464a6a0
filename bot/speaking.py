"""What the bot says where a conversation stands: the opening, the open question, the emergency screen."""

from dataclasses import replace

from bot.flow import Question
from bot.remaining import MOST_TOLD
from bot.session import Button, Kind, Message
from bot.urgency import EMERGENCY
from bot.voice import Voice
from bot.walker import Walker

FEW_LANGUAGES = 2  # besides the present one: so many have a button each
TOOLS = ("back", "review", "why", "explain", "help", "help_now")  # under every question, in this order


def opening(voice: Voice, flow: str) -> Message:
    """Check that it is not an emergency; then one button to go on, which is also the consent.

    Where the whole bot only informs there is nothing to agree to: the button leads to the pages.
    """
    parts = ["hello", "draft", "hello_what", "hello_check", "warning_signs", "hello_agree"]
    told = [voice(part) for part in parts if part != "draft" or voice.draft]
    told += came_by(voice)  # at the end: the signs of danger stand before any clinic
    onward = act(voice, "all_pages") if voice.library.information else (Button(f"!go_on:{flow}", voice("go_on")),)
    countries = Button(f"!countries::{flow}".rstrip(":"), voice(LABELS["countries"]))
    tools = (*act(voice, "help_now"), countries, *act(voice, *["leave_clinic"] * bool(voice.clinic)))
    return Message("\n\n".join(told), Kind.OPENING, onward, (*tools, *language_tool(voice, flow)))


def language_tool(voice: Voice, flow: str = "") -> tuple[Button, ...]:
    """The way to another language: the other one by its own name where there are two, a list where there are more."""
    others = [code for code in voice.library.languages if code != voice.session.language]
    if len(others) > FEW_LANGUAGES:
        return (Button(f"!languages:{flow}".rstrip(":"), voice("pick_language")),)
    return tuple(language_button(voice, code, flow) for code in others)


def language_button(voice: Voice, code: str, flow: str = "") -> Button:
    return Button(f"!language:{code}:{flow}".rstrip(":"), voice.library.languages[code].name)


def came_by(voice: Voice) -> list[str]:
    """Whose link this was, that they are not told who opened it, what they are told if anything; and where it is.

    A link is passed on, perhaps to another country: so it says which country's emergency number stands above.
    """
    if not voice.clinic:
        return []
    greeting = voice.clinic.welcome(voice.session.language)
    sees = voice("clinic_sees_numbers" if voice.library.outside.counting else "clinic_sees_nothing")
    number = voice("number_is_for" if voice.country else "number_here")
    says = voice("clinic_says", greeting=greeting) if greeting else ""
    return ["\n".join(filter(None, (voice("came_by"), sees, number, says)))]


def card(voice: Voice, walker: Walker) -> Message:
    """The open question, after what was said on the way to it."""
    question = walker.question
    assert question is not None
    asked = question_card(voice, walker.at, question, *map(voice.fill, walker.spoken))
    return replace(asked, lead=progress(voice, walker))


def question_text(voice: Voice, question: Question, *before: str) -> str:
    return "\n\n".join((*before, voice.fill(question.ask)))


def question_card(voice: Voice, at: str, question: Question, *before: str) -> Message:
    text = question_text(voice, question, *before)
    choices, tools = options(voice, question), act(voice, *TOOLS)
    return Message(text, Kind.QUESTION, choices, tools, at=at, sensitive=question.sensitive)


def progress(voice: Voice, walker: Walker) -> str:
    """About how many questions follow the open one, by the longest way there is; no number before they are few.

    It is what a locked phone shows of a question.
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
    """An option without a text of its own is one of the two that every question has."""
    return tuple(
        Button(option.id, option.label or voice(option.id), option.text or voice(option.id), key)
        for key, option in zip(question.keys, question.shown, strict=True)
    )


LABELS = {"countries": "pick_country", "urgent": "help_now", "help_now": "help_now"}
IDS = {"help_now": "urgent", "change_answer": "review", "start_now": "restart"}


def act(voice: Voice, *names: str) -> tuple[Button, ...]:
    """Buttons for things to do besides answering."""
    return tuple(Button(f"!{IDS.get(name, name)}", voice(LABELS.get(name, name))) for name in names)


def emergency(voice: Voice, walker: Walker) -> Message:
    """An action, a number, what to do while waiting, and nothing else (red-flags.md, rule 10)."""
    outcome = walker.outcome
    assert outcome is not None
    text = "\n\n".join((voice.fill(outcome.say), voice.number_help()))
    return Message(text, Kind.EMERGENCY, (), act(voice, "countries", "staff", "mistake", "hide"), EMERGENCY, walker.at)


def forced_emergency(voice: Voice, walker: Walker) -> Message:
    """The screen that the tripwire forces: the bot's own urgent text, whatever the flow would have said."""
    text = "\n\n".join((voice("urgent_text"), voice.number_help()))
    return Message(text, Kind.EMERGENCY, (), act(voice, "countries", "staff", "mistake", "hide"), EMERGENCY, walker.at)
