"""Presenter of an ending below an emergency: the action and its time limit first, the safety net always."""

from collections.abc import Iterator

from bot.engine.interpreter import Walker
from bot.engine.presenters.clinic_services import signposts
from bot.engine.presenters.phone_numbers import others
from bot.engine.presenters.question import act
from bot.engine.presenters.texts import Voice
from bot.engine.session import Button, Kind, Message
from bot.model.content import Page
from bot.model.flow import Option, Question
from bot.model.urgency import LOWEST, Floor, Urgency, lifted

MOST_PAGES = 3  # shown at once; the rest is behind a button
FEW_DAYS = 3  # up to here an appointment is something to phone for now
THIRD_TIME = 3
FEEDBACK = ("yes", "no")


def ending(voice: Voice, walker: Walker) -> Message:
    """Return the ending message of the outcome that was reached."""
    outcome = walker.outcome
    assert outcome is not None
    floor = final_floor(voice, walker)
    pages = best_pages(walker)
    parts = [
        # who was asked nothing is not told to stay at home
        action(voice, floor) if judged(voice, walker) else "",
        _says(voice, walker, outcome.say),
        *said_last(voice, walker),
        *(voice.fill(advice) for advice in walker.advice),
        voice("lifted") if floor != walker.floor else "",
        signposts(voice, floor, walker.learned),
        _reading(voice, pages[:MOST_PAGES]),
        # the safety net's words fit only the floor of the flow
        _net(voice, walker, outcome.safety_net) if floor == walker.floor else "",
        voice("warning_signs"),
        voice("reminder") if voice.session.shown_emergency else "",
        limits(voice, walker),
    ]
    text = "\n\n".join(filter(None, parts))
    return Message(text, Kind.ENDING, (), _tools(voice, walker, pages), floor, walker.at)


def final_floor(voice: Voice, walker: Walker) -> Floor:
    """Return the floor of the ending: the highest that was reached, or one level higher for a repeat contact.

    A repeat contact is the third conversation in one session's life.
    """
    return lifted(walker.floor) if voice.session.begun >= THIRD_TIME and judged(voice, walker) else walker.floor


def said_last(voice: Voice, walker: Walker) -> Iterator[str]:
    """Yield what the last answer had the bot say, as no question follows below which it could be shown.

    The warning signs are left out: the ending has them anyway.
    """
    return (text for spoken in walker.spoken if (text := voice.fill(spoken)) != voice("warning_signs"))


def _says(voice: Voice, walker: Walker, say: str) -> str:
    """Return the outcome's own words; for a flow that only informs, that it does and when it must be sooner."""
    if not walker.flow.information:
        return voice.fill(say)
    return voice("information_sooner" if judged(voice, walker) else "information")


def _net(voice: Voice, walker: Walker, net: str) -> str:
    """Return the safety net: the outcome's own, or the common one where the flow only informs."""
    return voice("information_net") if walker.flow.information else voice.fill(net)


def judged(voice: Voice, walker: Walker) -> bool:
    """Whether anything can be said about how soon: not where the person only reads and was asked nothing.

    A flow that only informs says nothing of its own; what was answered before it stands.
    """
    if walker.frames and walker.flow.information:
        return walker.floor > LOWEST
    return walker.floor > LOWEST or any(question.safety for _, question, _ in answered(voice, walker))


def action(voice: Voice, floor: Floor) -> str:
    """Return what to do and how soon, for an ending of this *floor*."""
    few = floor.urgency is Urgency.SOON and floor.days <= FEW_DAYS
    return voice(f"action_{floor.urgency.word}" + ("_few" if few else ""), days=str(floor.days))


def best_pages(walker: Walker) -> list[str]:
    """Return every page that was collected: those with the highest floor first, then in the order of the questions."""
    return sorted(walker.learned, key=lambda page: walker.learned[page].rank, reverse=True)


def _reading(voice: Voice, ids: list[str]) -> str:
    """Return the list of pages to read, as title and gist; empty without pages."""
    pages = [voice.library.page(id, voice.session.language) for id in ids]
    return "\n".join([voice("reading"), *(f"- {page.title}. {page.gist}" for page in pages)]) if pages else ""


def page_button(page: Page) -> Button:
    """Return the button that opens *page*."""
    return Button(f"!page:{page.id}", page.label, page.title if page.button else "")


def _tools(voice: Voice, walker: Walker, pages: list[str]) -> tuple[Button, ...]:
    """Return the buttons below an ending: pages, summary, changes, numbers, restart, feedback."""
    shown = (page_button(voice.library.page(id, voice.session.language)) for id in pages[:MOST_PAGES])
    reads = not judged(voice, walker)  # a person who only reads is offered all pages
    more = act(voice, *["more_pages"] * (len(pages) > MOST_PAGES), *["all_pages"] * (reads or len(pages) <= MOST_PAGES))
    clinic = ("leave_clinic",) if voice.clinic else ()
    call = ("call",) if others(voice, walker) else ()
    tools = act(voice, *["summary"] * (not reads), "change_answer", *call, "countries", "restart", *clinic, "hide")
    return (*shown, *more, *tools, *_feedback(voice))


def _feedback(voice: Voice) -> tuple[Button, ...]:
    """Return the buttons that ask whether this was clear: once, and only where the answer is counted."""
    if voice.session.told or voice.session.reviewer or not voice.library.outside.asking:
        return ()
    return tuple(Button(f"!feedback:{word}", voice(f"feedback_{word}")) for word in FEEDBACK)


def limits(voice: Voice, walker: Walker) -> str:
    """Return what this bot is not, when its words were compared with their sources, and whether it is a draft."""
    draft = voice("draft") if voice.draft else ""
    return " ".join(filter(None, (voice("limits"), voice("written", checked=walker.flow.checked), draft)))


def answered(voice: Voice, walker: Walker) -> Iterator[tuple[str, Question, Option]]:
    """Yield every answer on the path: where it was asked, the question, and the option that was chosen."""
    for at, value in walker.answers.items():
        question = voice.question_at(at)
        if question and (option := question.option(value)):
            yield at, question, option


def summary(voice: Voice, walker: Walker, *, private: bool) -> Message:
    """Return the answers in plain words, for the person to show or to forward. It names no condition.

    The bot sends it to no one else. Answers to sensitive questions are left out, and said to be, unless the person
    asks for them: *private*.
    """
    told = list(answered(voice, walker))
    shown = [one for one in told if private or not one[1].sensitive]
    lines = (f"- {_in_one_line(voice.fill(asked.ask))} {option.text or voice(option.id)}" for _, asked, option in shown)
    parts = [voice("summary_intro"), *filter(None, ["\n".join(lines)])]
    if left_out := len(shown) < len(told):
        parts.append(voice("summary_left_out"))
    if walker.outcome and judged(voice, walker):
        floor = final_floor(voice, walker)
        words = voice(f"urgency_{floor.urgency.word}", days=str(floor.days))
        parts.append(voice("summary_advice", advice=words))
    tools = (Button("!summary:private", voice("summary_private")),) if left_out else ()
    return Message("\n\n".join((*parts, voice("summary_own"))), Kind.SUMMARY, (), tools)


def _in_one_line(ask: str) -> str:
    """Return a question with its list as one line: "Do any of these fit? (a wound; a bulge)"."""
    first, *rest = ask.splitlines()
    listed = [line.removeprefix("- ") for line in rest if line.startswith("- ")]
    return f"{first} ({'; '.join(listed)})" if listed else first
