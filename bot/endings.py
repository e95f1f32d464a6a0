"""How a conversation ends below an emergency: the action and its time limit first, the safety net always."""

from collections.abc import Iterator

from bot.calling import others
from bot.content import Page
from bot.flow import Option, Question
from bot.session import Button, Kind, Message
from bot.signposts import signposts
from bot.speaking import act
from bot.urgency import LOWEST, Floor, Urgency, lifted
from bot.voice import Voice
from bot.walker import Walker

MOST_PAGES = 3  # shown at once; the rest is behind a button
FEW_DAYS = 3  # up to here an appointment is something to phone for now
THIRD_TIME = 3
FEEDBACK = ("yes", "no")


def ending(voice: Voice, walker: Walker) -> Message:
    outcome = walker.outcome
    assert outcome is not None
    floor = final_floor(voice, walker)
    pages = best_pages(walker)
    parts = [
        action(voice, floor) if judged(voice, walker) else "",  # nobody is told to stay at home unasked
        _says(voice, walker, outcome.say),
        *said_last(voice, walker),
        *(voice.fill(advice) for advice in walker.advice),
        voice("lifted") if floor != walker.floor else "",
        signposts(voice, floor, walker.learned),
        _reading(voice, pages[:MOST_PAGES]),
        _net(voice, walker, outcome.safety_net) if floor == walker.floor else "",  # its words fit the lower level only
        voice("warning_signs"),
        voice("reminder") if voice.session.shown_emergency else "",
        limits(voice, walker),
    ]
    text = "\n\n".join(filter(None, parts))
    return Message(text, Kind.ENDING, (), _tools(voice, walker, pages), floor, walker.at)


def final_floor(voice: Voice, walker: Walker) -> Floor:
    """The highest floor that was reached; for a third conversation in one session's life, one level higher."""
    return lifted(walker.floor) if voice.session.begun >= THIRD_TIME and judged(voice, walker) else walker.floor


def said_last(voice: Voice, walker: Walker) -> Iterator[str]:
    """What the last answer had the bot say: no question follows that it could stand above. The signs come anyway."""
    return (text for spoken in walker.spoken if (text := voice.fill(spoken)) != voice("warning_signs"))


def _says(voice: Voice, walker: Walker, say: str) -> str:
    """An outcome's own words; where the flow only informs, that it does, and that it may have to be sooner."""
    if not walker.flow.information:
        return voice.fill(say)
    return voice("information_sooner" if judged(voice, walker) else "information")


def _net(voice: Voice, walker: Walker, net: str) -> str:
    return voice("information_net") if walker.flow.information else voice.fill(net)


def judged(voice: Voice, walker: Walker) -> bool:
    """Whether anything can be said about how soon: not to somebody who only reads and was asked nothing.

    A flow that only informs says nothing of its own; what was answered before it stands.
    """
    if walker.frames and walker.flow.information:
        return walker.floor > LOWEST
    return walker.floor > LOWEST or any(question.safety for _, question, _ in answered(voice, walker))


def action(voice: Voice, floor: Floor) -> str:
    few = floor.urgency is Urgency.SOON and floor.days <= FEW_DAYS
    return voice(f"action_{floor.urgency.word}" + ("_few" if few else ""), days=str(floor.days))


def best_pages(walker: Walker) -> list[str]:
    """Every page that was collected: those with the highest floor first, then in the order of the questions."""
    return sorted(walker.learned, key=lambda page: walker.learned[page].rank, reverse=True)


def _reading(voice: Voice, ids: list[str]) -> str:
    pages = [voice.library.page(id, voice.session.language) for id in ids]
    return "\n".join([voice("reading"), *(f"- {page.title}. {page.gist}" for page in pages)]) if pages else ""


def page_button(page: Page) -> Button:
    return Button(f"!page:{page.id}", page.label, page.title if page.button else "")


def _tools(voice: Voice, walker: Walker, pages: list[str]) -> tuple[Button, ...]:
    shown = (page_button(voice.library.page(id, voice.session.language)) for id in pages[:MOST_PAGES])
    reads = not judged(voice, walker)  # who only reads has the whole library at hand
    more = act(voice, *["more_pages"] * (len(pages) > MOST_PAGES), *["all_pages"] * (reads or len(pages) <= MOST_PAGES))
    clinic = ("leave_clinic",) if voice.clinic else ()
    call = ("call",) if others(voice, walker) else ()
    tools = act(voice, *["summary"] * (not reads), "change_answer", *call, "countries", "restart", *clinic, "hide")
    return (*shown, *more, *tools, *_feedback(voice))


def _feedback(voice: Voice) -> tuple[Button, ...]:
    """Whether this was clear, asked once, and only where the answer is counted."""
    if voice.session.told or voice.session.reviewer or not voice.library.outside.asking:
        return ()
    return tuple(Button(f"!feedback:{word}", voice(f"feedback_{word}")) for word in FEEDBACK)


def limits(voice: Voice, walker: Walker) -> str:
    """What this is not, who wrote it, when it was compared with its sources, and whether anybody has signed it."""
    draft = voice("draft") if voice.draft else ""
    return " ".join(filter(None, (voice("limits"), voice("written", checked=walker.flow.checked), draft)))


def answered(voice: Voice, walker: Walker) -> Iterator[tuple[str, Question, Option]]:
    """Every answer on the path: where it was asked, the question, and the option that was chosen."""
    for at, value in walker.answers.items():
        question = voice.question_at(at)
        if question and (option := question.option(value)):
            yield at, question, option


def summary(voice: Voice, walker: Walker, *, private: bool) -> Message:
    """The answers in plain words, for the person to show or to forward. It names no condition, and goes nowhere.

    Answers to sensitive questions are left out, and said to be, unless the person asks for them: *private*.
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
    """A question with its list, for somebody who reads it later: "Do any of these fit? (a wound; a bulge)"."""
    first, *rest = ask.splitlines()
    listed = [line.removeprefix("- ") for line in rest if line.startswith("- ")]
    return f"{first} ({'; '.join(listed)})" if listed else first
