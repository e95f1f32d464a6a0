"""Commands of a conversation: all that a person can do besides answering, such as begin, go back, change, stop."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.engine.deep_links import clinic_payload, parse_clinic_payload
from bot.engine.presenters.buttons import command_buttons
from bot.engine.presenters.country_picker import find_country
from bot.engine.presenters.ending import FEEDBACK_ANSWERS
from bot.engine.presenters.info import INFO_COMMANDS, find_language
from bot.engine.presenters.opening import opening_message
from bot.engine.presenters.phone_numbers import contact_messages
from bot.engine.red_flag_monitor import is_emergency
from bot.engine.session import Button, Message, MessageKind, Session, Start
from bot.engine.snapshot import Reply, Snapshot

# Info about the questions: empty before the first.
INFO_COMMANDS_OF_A_FLOW = ("why", "explain", "review")
# Commands that belong to the question they were shown with.
TURN_BOUND_COMMANDS = ("back", "change", "mistake")


def run_command(snapshot: Snapshot, name: str, argument: str = "", turn: int | None = None) -> Reply:
    """Run the command *name* of a button or a typed word.

    The TURN_BOUND_COMMANDS change what was answered, and only from a button of their own turn.
    """
    if name in TURN_BOUND_COMMANDS and turn not in (None, snapshot.session.turn):
        return snapshot.repeat("earlier_question")
    if command := CHAT_COMMANDS.get(name):
        return command(snapshot, argument)
    return show_info(snapshot, name, argument) if name in INFO_COMMANDS else snapshot.repeat("not_here")


# ---- starting and ending


def handle_start(snapshot: Snapshot, event: Start) -> Reply:
    """Reply to a start with the opening screen, or offer a choice first if a conversation is in progress."""
    if snapshot.session.consented and snapshot.session.answers and snapshot.open_question:
        return _confirm_leaving(snapshot, event)
    opened = show_opening(_with_start_values(snapshot, event), event.flow)
    return Reply(opened.session, (snapshot.note(event.phrase), *opened.messages)) if event.phrase else opened


def _confirm_leaving(snapshot: Snapshot, event: Start) -> Reply:
    """Reply to a start during a conversation: ask before anything of it is lost.

    The start came by a link that could not be read, by a draft link, by a link, or by no link at all.
    """
    texts, clinic = snapshot.texts, snapshot.bundle.environment.clinics.get(event.clinic)
    if event.phrase:
        return snapshot.repeat(event.phrase)
    if event.reviewer:
        return snapshot.reply(
            Message(texts("draft_busy"), MessageKind.LIST, (), command_buttons(texts, "resume", "delete"))
        )
    if not (clinic or event.flow):
        return snapshot.reply(_resume_message(snapshot))
    link = Button(f"!open_link:{clinic_payload(clinic.id, event.flow) if clinic else event.flow}", texts("open_link"))
    text = texts("link_from", clinic=clinic.name) if clinic else texts("link_offered")
    return snapshot.reply(
        Message(
            text, MessageKind.LIST, (), (*command_buttons(texts, "resume"), link, *command_buttons(texts, "delete"))
        )
    )


def _resume_message(snapshot: Snapshot) -> Message:
    """Return the message for a person who comes back: their question, and the commands resume, restart, delete."""
    texts, question = snapshot.texts, snapshot.open_question
    assert question is not None
    where = texts("resume_where", number=str(len(snapshot.interpreter.answers)))
    text = "\n".join(filter(None, (where, snapshot.current_message().lead, "", texts.fill(question.ask))))
    tools = command_buttons(texts, "resume", "restart", "delete")
    return Message(text, MessageKind.LIST, (), tools, lead=texts("resume_intro"), sensitive=question.sensitive)


def open_link(snapshot: Snapshot, link: str) -> Reply:
    """Leave the current conversation, and follow the *link* that was opened during it."""
    event = parse_clinic_payload(link, snapshot.bundle)
    return (
        snapshot.repeat(event.phrase) if event.phrase else show_opening(_with_start_values(snapshot, event), event.flow)
    )


def _with_start_values(snapshot: Snapshot, event: Start) -> Snapshot:
    """Return the snapshot with the values of *event*, where they are known: language, country, clinic, reviewer.

    A clinic brings its own country, until another is picked.
    """
    session, bundle = snapshot.session, snapshot.bundle
    clinic = event.clinic if event.clinic in bundle.environment.clinics else ""
    current_country = "" if clinic else session.country
    return snapshot.with_session(
        language=session.language
        if session.consented
        else bundle.selectable_language(event.language) or session.language,
        country=event.country if event.country in bundle.phone_directory.emergency_numbers else current_country,
        clinic=clinic or session.clinic,
        reviewer=event.reviewer,
        draft_until=event.until,
        consented=bool(event.reviewer) or (session.consented and not session.reviewer),  # reviewers agreed to be asked
    )


def leave_clinic(snapshot: Snapshot, _: str) -> Reply:
    """Leave the clinic whose link was opened; the answers stay, and so does the country of the emergency number."""
    return snapshot.with_session(clinic="", country=snapshot.texts.country_code).repeat("clinic_left")


def show_opening(snapshot: Snapshot, flow: str = "") -> Reply:
    """Show the opening screen and forget the answers: a new start asks everything again."""
    # a conversation without an answer is not counted
    started = snapshot.session.started - (1 if snapshot.session.flow and not snapshot.session.answers else 0)
    # nor is it recorded a second time in the statistics
    recorded = snapshot.session.recorded if not snapshot.session.answers else ""
    snapshot = snapshot.with_answers(
        {},
        started=started,
        bundle_version=snapshot.bundle.version,
        flow="",
        changing="",
        unmatched=0,
        recorded=recorded,
        feedback_given=False,
    )
    return snapshot.reply(opening_message(snapshot.texts, snapshot.entry_flow(flow)))


def begin(snapshot: Snapshot, flow: str) -> Reply:
    """Begin *flow*: record the consent, and ask the first question."""
    if snapshot.session.flow:
        return snapshot.repeat("earlier_question")
    if snapshot.bundle.information_only:
        return snapshot.repeat()
    flow, version = snapshot.bundle.entry_flow(flow), snapshot.bundle.version
    return snapshot.with_session(
        bundle_version=version, flow=flow, consented=True, started=snapshot.session.started + 1
    ).advance()


def begin_flow(snapshot: Snapshot, flow: str) -> Reply:
    """Begin *flow* from a suggestion: at once where nothing is lost, else the person is asked first."""
    if flow not in snapshot.bundle.entry_flows:
        return snapshot.repeat("not_here")
    is_busy = bool(snapshot.session.answers and snapshot.open_question)
    if is_busy or not snapshot.session.consented or snapshot.session.reviewer or snapshot.bundle.information_only:
        return handle_start(snapshot, Start(flow))
    return begin(Snapshot(snapshot.bundle, show_opening(snapshot, flow).session), flow)


def stop(snapshot: Snapshot, _: str) -> Reply:
    """Stop the conversation: erase the session and say so."""
    return _erase(snapshot, "stopped")


def delete(snapshot: Snapshot, _: str) -> Reply:
    """Erase the session and say what was deleted.

    Before consent only what came since the bot was started is known: so nothing more is promised.
    """
    return _erase(snapshot, "deleted" if snapshot.session.consented else "deleted_as_known")


def _erase(snapshot: Snapshot, phrase: str) -> Reply:
    """Replace the session by a new one with the same language and country, and say *phrase*."""
    blank = Snapshot(snapshot.bundle, Session(language=snapshot.session.language, country=snapshot.texts.country_code))
    return blank.reply(Message(blank.texts(phrase), MessageKind.NOTE))


def give_feedback(snapshot: Snapshot, answer: str) -> Reply:
    """Record that the ending was rated, and thank the person. It can be done once a conversation.

    The ending is shown again without the question.
    """
    if (
        snapshot.session.feedback_given
        or answer not in FEEDBACK_ANSWERS
        or not (snapshot.session.flow and snapshot.interpreter.outcome)
    ):
        return snapshot.repeat()
    return snapshot.with_session(feedback_given=True).repeat("feedback_thanks")


# ---- moving through the questions


def go_back(snapshot: Snapshot, _: str) -> Reply:
    """Take the last answer back; or cancel a change that was begun."""
    if snapshot.session.flow and snapshot.session.changing:
        return snapshot.with_session(changing="").advance()
    return _undo_last_answer(snapshot) if snapshot.session.flow else snapshot.repeat("nothing_open")


def undo_emergency_answer(snapshot: Snapshot, _: str) -> Reply:
    """Reopen the question that led to an emergency screen. That the screen was shown stays remembered."""
    if not (snapshot.session.flow and is_emergency(snapshot.interpreter)):
        return snapshot.repeat("earlier_question")
    return _undo_last_answer(snapshot.with_session(changing=""), "mistake_note")


def _undo_last_answer(snapshot: Snapshot, *phrases: str) -> Reply:
    """Remove the last answer on the path, and reply with the notes *phrases* and its question."""
    if not snapshot.interpreter.answers:
        return snapshot.repeat("nothing_back")
    last = list(snapshot.interpreter.answers)[-1]
    remaining = {state_id: value for state_id, value in snapshot.session.answers.items() if state_id != last}
    return snapshot.with_answers(remaining).advance(*phrases)


def reopen_question(snapshot: Snapshot, state_id: str) -> Reply:
    """Reopen an earlier question. Its answer stands until there is a new one."""
    if not snapshot.session.flow:
        return snapshot.repeat("nothing_open")
    if state_id not in snapshot.interpreter.answers or not snapshot.texts.find_question(state_id):
        return snapshot.repeat("earlier_question")
    return snapshot.with_session(changing=state_id, turn=snapshot.session.turn + 1).repeat("answers_open_changed")


# ---- without moving the conversation


def show_phone_numbers(snapshot: Snapshot, _: str) -> Reply:
    """Show every number that can be called from here as contacts; where none is known, the countries to choose from."""
    contacts = contact_messages(snapshot.texts, snapshot.interpreter)
    if not contacts:
        return show_info(snapshot, "countries")
    return (
        snapshot.reply(*contacts, snapshot.current_message()) if snapshot.shown_question else snapshot.reply(*contacts)
    )


def hide_private_questions(snapshot: Snapshot, _: str) -> Reply:
    """Hide private questions where that can be done, until the person taps on them."""
    return snapshot.with_session(reveal_private=False).repeat()


def reveal_private_questions(snapshot: Snapshot, _: str) -> Reply:
    """Show private questions openly."""
    return snapshot.with_session(reveal_private=True).repeat()


def show_info(snapshot: Snapshot, name: str, argument: str = "") -> Reply:
    """Show the info message *name*, then the open question or a way back to it."""
    message = (
        None
        if name in INFO_COMMANDS_OF_A_FLOW and not snapshot.session.flow
        else INFO_COMMANDS[name](snapshot.texts, snapshot.interpreter, argument)
    )
    if message is None:
        return snapshot.repeat("not_here" if snapshot.session.flow else "nothing_open")
    return reply_with_info(snapshot, message)


def reply_with_info(snapshot: Snapshot, message: Message) -> Reply:
    """Reply with the info *message*, and the open question below it or a button that leads back to it."""
    if not snapshot.session.flow:
        return snapshot.reply(
            replace(
                message,
                tools=(*message.tools, *command_buttons(snapshot.texts, *snapshot.onward_commands(message.kind))),
            )
        )
    if snapshot.shown_question and message.kind is MessageKind.NOTE:
        return snapshot.reply(message, snapshot.current_message())
    return snapshot.reply(replace(message, tools=(*message.tools, *command_buttons(snapshot.texts, "resume"))))


def set_country(snapshot: Snapshot, argument: str) -> Reply:
    """Set the country whose numbers are shown; list the countries where none has the typed name.

    *argument* is the name or code; after a colon comes the flow to go on with.
    """
    typed_name, _, flow = argument.partition(":")
    if not (code := find_country(snapshot.texts, typed_name)):
        return show_info(snapshot, "countries", f":{flow}")
    snapshot = snapshot.with_session(country=code)
    phrase = "country_set" if snapshot.texts.emergency_number else "country_unsure"
    if snapshot.session.flow:
        return snapshot.repeat(phrase)
    return snapshot.reply(snapshot.note(phrase), opening_message(snapshot.texts, snapshot.entry_flow(flow)))


def set_language(snapshot: Snapshot, argument: str) -> Reply:
    """Set the language and repeat the current message; list the languages where none has the typed name.

    *argument* is the name or code; after a colon comes the flow to go on with.
    """
    typed_name, _, flow = argument.partition(":")
    if not (code := find_language(snapshot.texts, typed_name)):
        return show_info(snapshot, "languages", flow)
    snapshot = snapshot.with_session(language=code)
    if snapshot.session.flow:
        return snapshot.repeat("language_set")
    return snapshot.reply(snapshot.note("language_set"), opening_message(snapshot.texts, snapshot.entry_flow(flow)))


CHAT_COMMANDS: Mapping[str, Callable[[Snapshot, str], Reply]] = {
    "go_on": begin,
    "begin_flow": begin_flow,
    "restart": lambda snapshot, _: show_opening(snapshot),
    "resume": lambda snapshot, _: snapshot.repeat(),
    "stop": stop,
    "delete": delete,
    "hide": delete,
    "open_link": open_link,
    "leave_clinic": leave_clinic,
    "feedback": give_feedback,
    "call": show_phone_numbers,
    "cover": hide_private_questions,
    "uncover": reveal_private_questions,
    "country": set_country,
    "language": set_language,
    "back": go_back,
    "mistake": undo_emergency_answer,
    "change": reopen_question,
}
