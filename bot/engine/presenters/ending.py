"""Presenter of an ending below an emergency: the action and its time limit first, the safety net always."""

from collections.abc import Iterator

from bot.engine.interpreter import Interpreter
from bot.engine.presenters.buttons import command_buttons
from bot.engine.presenters.clinic_services import services_text
from bot.engine.presenters.phone_numbers import other_numbers
from bot.engine.presenters.texts import Texts
from bot.engine.session import Button, Message, MessageKind
from bot.model.content import Page
from bot.model.flow import Option, Question
from bot.model.urgency import LOWEST_FLOOR, Floor, Urgency, raise_one_level

MAX_PAGES_SHOWN = 3  # shown at once; the rest is behind a button
MAX_DAYS_TO_PHONE_NOW = 3  # up to here an appointment is something to phone for now
REPEAT_CONVERSATION_COUNT = 3
FEEDBACK_ANSWERS = ("yes", "no")


def ending_message(texts: Texts, interpreter: Interpreter) -> Message:
    """Return the ending message of the outcome that was reached."""
    outcome = interpreter.outcome
    assert outcome is not None
    floor = final_floor(texts, interpreter)
    pages = pages_by_floor(interpreter)
    parts = [
        # who was asked nothing is not told to stay at home
        action_text(texts, floor) if can_state_urgency(texts, interpreter) else "",
        _outcome_text(texts, interpreter, outcome.say),
        *last_statements(texts, interpreter),
        *(texts.fill(advice) for advice in interpreter.advice),
        texts("lifted") if floor != interpreter.floor else "",
        services_text(texts, floor, interpreter.collected_pages),
        _reading_list(texts, pages[:MAX_PAGES_SHOWN]),
        # the safety net's words fit only the floor of the flow
        _safety_net_text(texts, interpreter, outcome.safety_net) if floor == interpreter.floor else "",
        texts("warning_signs"),
        texts("reminder") if texts.session.shown_emergency else "",
        limits_text(texts, interpreter),
    ]
    text = "\n\n".join(filter(None, parts))
    return Message(
        text, MessageKind.ENDING, (), _ending_buttons(texts, interpreter, pages), floor, interpreter.state_id
    )


def final_floor(texts: Texts, interpreter: Interpreter) -> Floor:
    """Return the floor of the ending: the highest that was reached, or one level higher for a repeat contact.

    A repeat contact is the third conversation in one session's life.
    """
    return (
        raise_one_level(interpreter.floor)
        if texts.session.started >= REPEAT_CONVERSATION_COUNT and can_state_urgency(texts, interpreter)
        else interpreter.floor
    )


def last_statements(texts: Texts, interpreter: Interpreter) -> Iterator[str]:
    """Yield what the last answer had the bot say, as no question follows below which it could be shown.

    The warning signs are left out: the ending has them anyway.
    """
    return (text for spoken in interpreter.texts_since_answer if (text := texts.fill(spoken)) != texts("warning_signs"))


def _outcome_text(texts: Texts, interpreter: Interpreter, say: str) -> str:
    """Return the outcome's own words; for a flow that only informs, that it does and when it must be sooner."""
    if not interpreter.current_flow.information:
        return texts.fill(say)
    return texts("information_sooner" if can_state_urgency(texts, interpreter) else "information")


def _safety_net_text(texts: Texts, interpreter: Interpreter, safety_net: str) -> str:
    """Return the safety net: the outcome's own, or the common one where the flow only informs."""
    return texts("information_net") if interpreter.current_flow.information else texts.fill(safety_net)


def can_state_urgency(texts: Texts, interpreter: Interpreter) -> bool:
    """Whether anything can be said about how soon: not where the person only reads and was asked nothing.

    A flow that only informs says nothing of its own; what was answered before it stands.
    """
    if interpreter.frames and interpreter.current_flow.information:
        return interpreter.floor > LOWEST_FLOOR
    return interpreter.floor > LOWEST_FLOOR or any(
        question.safety for _, question, _ in answers_on_path(texts, interpreter)
    )


def action_text(texts: Texts, floor: Floor) -> str:
    """Return what to do and how soon, for an ending of this *floor*."""
    is_within_few_days = floor.urgency is Urgency.SOON and floor.days <= MAX_DAYS_TO_PHONE_NOW
    return texts(f"action_{floor.urgency.slug}" + ("_few" if is_within_few_days else ""), days=str(floor.days))


def pages_by_floor(interpreter: Interpreter) -> list[str]:
    """Return every page that was collected: those with the highest floor first, then in the order of the questions."""
    return sorted(interpreter.collected_pages, key=lambda page: interpreter.collected_pages[page].rank, reverse=True)


def _reading_list(texts: Texts, ids: list[str]) -> str:
    """Return the list of pages to read, as title and gist; empty without pages."""
    pages = [texts.bundle.page(id, texts.session.language) for id in ids]
    return "\n".join([texts("reading"), *(f"- {page.title}. {page.gist}" for page in pages)]) if pages else ""


def page_button(page: Page) -> Button:
    """Return the button that opens *page*."""
    return Button(f"!page:{page.id}", page.button_label, page.title if page.button else "")


def _ending_buttons(texts: Texts, interpreter: Interpreter, pages: list[str]) -> tuple[Button, ...]:
    """Return the buttons below an ending: pages, summary, changes, numbers, restart, feedback."""
    shown = (page_button(texts.bundle.page(id, texts.session.language)) for id in pages[:MAX_PAGES_SHOWN])
    only_reads = not can_state_urgency(texts, interpreter)  # a person who only reads is offered all pages
    more = command_buttons(
        texts,
        *["more_pages"] * (len(pages) > MAX_PAGES_SHOWN),
        *["all_pages"] * (only_reads or len(pages) <= MAX_PAGES_SHOWN),
    )
    clinic = ("leave_clinic",) if texts.clinic else ()
    call = ("call",) if other_numbers(texts, interpreter) else ()
    tools = command_buttons(
        texts, *["summary"] * (not only_reads), "change_answer", *call, "countries", "restart", *clinic, "hide"
    )
    return (*shown, *more, *tools, *_feedback_buttons(texts))


def _feedback_buttons(texts: Texts) -> tuple[Button, ...]:
    """Return the buttons that ask whether this was clear: once, and only where the answer is counted."""
    if texts.session.feedback_given or texts.session.reviewer or not texts.bundle.environment.feedback_enabled:
        return ()
    return tuple(Button(f"!feedback:{word}", texts(f"feedback_{word}")) for word in FEEDBACK_ANSWERS)


def limits_text(texts: Texts, interpreter: Interpreter) -> str:
    """Return what this bot is not, when its words were compared with their sources, and whether it is a draft."""
    draft = texts("draft") if texts.is_draft else ""
    return " ".join(filter(None, (texts("limits"), texts("written", checked=interpreter.current_flow.checked), draft)))


def answers_on_path(texts: Texts, interpreter: Interpreter) -> Iterator[tuple[str, Question, Option]]:
    """Yield every answer on the path: where it was asked, the question, and the option that was chosen."""
    for state_id, value in interpreter.answers.items():
        question = texts.find_question(state_id)
        if question and (option := question.option(value)):
            yield state_id, question, option


def summary_message(texts: Texts, interpreter: Interpreter, *, private: bool) -> Message:
    """Return the answers in plain words, for the person to show or to forward. It names no condition.

    The bot sends it to no one else. Answers to sensitive questions are left out, and said to be, unless the person
    asks for them: *private*.
    """
    answers = list(answers_on_path(texts, interpreter))
    shown = [one for one in answers if private or not one[1].sensitive]
    lines = (
        f"- {_question_in_one_line(texts.fill(asked.ask))} {option.text or texts(option.id)}"
        for _, asked, option in shown
    )
    parts = [texts("summary_intro"), *filter(None, ["\n".join(lines)])]
    if left_out := len(shown) < len(answers):
        parts.append(texts("summary_left_out"))
    if interpreter.outcome and can_state_urgency(texts, interpreter):
        floor = final_floor(texts, interpreter)
        words = texts(f"urgency_{floor.urgency.slug}", days=str(floor.days))
        parts.append(texts("summary_advice", advice=words))
    tools = (Button("!summary:private", texts("summary_private")),) if left_out else ()
    return Message("\n\n".join((*parts, texts("summary_own"))), MessageKind.SUMMARY, (), tools)


def _question_in_one_line(ask: str) -> str:
    """Return a question with its list as one line: "Do any of these fit? (a wound; a bulge)"."""
    first, *rest = ask.splitlines()
    listed = [line.removeprefix("- ") for line in rest if line.startswith("- ")]
    return f"{first} ({'; '.join(listed)})" if listed else first
