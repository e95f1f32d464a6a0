"""The step function of the conversation: one event in, the next session and the messages out.

`step` is pure: no clock, no network, no disk, no chance. The same bundle and events give the same messages.
"""

from bot.engine.commands import handle_start, reply_with_info, run_command, show_info
from bot.engine.draft_mode import draft_reply, expired_reply, is_expired
from bot.engine.information_mode import without_answers
from bot.engine.input_matching import contains_phrase, is_distress, is_phrase, match_option
from bot.engine.presenters.ending import can_state_urgency
from bot.engine.presenters.info import find_language, find_term_id
from bot.engine.presenters.page_catalog import all_pages_message, find_pages_message
from bot.engine.red_flag_monitor import is_emergency
from bot.engine.session import COMMAND_PREFIX, ButtonPress, Event, OtherInput, Session, Start, TypedText
from bot.engine.snapshot import Reply, Snapshot
from bot.model.bundle import ContentBundle

# Commands that may simply be typed.
TYPED_COMMANDS = ("back", "review", "why", "explain", "glossary", "help", "all_pages", "language", "stop")

REASSURING_NOTES = ("no_fault", "worried", "welcome")  # word lists that get a kind sentence; no answer, no error


def step(bundle: ContentBundle, session: Session, event: Event) -> Reply:
    """Return the reply to one event of a conversation: the next session and the messages."""
    snapshot = Snapshot(bundle, without_answers(session) if bundle.information_only else session)
    return expired_reply(snapshot) if is_expired(snapshot) else draft_reply(snapshot, handle_event(snapshot, event))


def handle_event(snapshot: Snapshot, event: Event) -> Reply:
    """Return the reply to *event*, as if this were no draft."""
    match event:
        case Start():
            return handle_start(snapshot, event)
        case ButtonPress(id, turn) if id.startswith(COMMAND_PREFIX):
            name, _, argument = id.removeprefix(COMMAND_PREFIX).partition(":")
            return run_command(snapshot, name, argument, turn)
        case ButtonPress(id, turn):
            return press_option(snapshot, id, turn)
        case TypedText(text, turn):
            return (
                handle_text(snapshot, text)
                if turn in (None, snapshot.session.turn)
                else handle_late_text(snapshot, text)
            )
        case OtherInput(phrase):
            return snapshot.repeat(phrase)


def press_option(snapshot: Snapshot, option: str, turn: int | None) -> Reply:
    """Reply to the press of an option: an answer, or a note where it is no option of the open question of this turn."""
    if snapshot.shown_question is None:
        return snapshot.repeat("nothing_open")
    if turn not in (None, snapshot.session.turn) or snapshot.shown_question.option(option) is None:
        return snapshot.repeat("earlier_question")
    return answer_question(snapshot, option)


def answer_question(snapshot: Snapshot, option: str) -> Reply:
    """Record *option* as the answer to the question on the screen, and go on."""
    return snapshot.with_answers({**snapshot.session.answers, snapshot.shown_state_id: option}, changing="").advance()


def handle_text(snapshot: Snapshot, text: str) -> Reply:
    """Reply to typed words: an answer, a command, distress, a worry, a page, or no match. In that order."""
    phrases = snapshot.texts.phrases
    if snapshot.shown_question and (option := match_option(snapshot.shown_question, text, phrases)):
        return answer_question(snapshot, option)
    if is_phrase(text, "help_now", phrases):
        return run_command(snapshot, "urgent")
    if is_phrase(text, "go_on", phrases):
        return run_command(snapshot, "resume" if snapshot.session.flow else "go_on")
    if command := next((name for name in TYPED_COMMANDS if is_phrase(text, name, phrases)), ""):
        return run_command(snapshot, command)
    if is_distress(text, phrases):
        return snapshot.repeat("offer_help")
    if reassurance := next((note for note in REASSURING_NOTES if contains_phrase(text, note, phrases)), ""):
        # on an emergency screen nothing comes before the number
        return snapshot.repeat(*[reassurance] * (not is_emergency(snapshot.interpreter)))
    if snapshot.can_search_pages and (message := find_pages_message(snapshot.texts, snapshot.interpreter, text)):
        return reply_with_info(snapshot, message)
    if term := find_term_id(snapshot.texts, text):
        return show_info(snapshot, "term", term)
    if code := find_language(snapshot.texts, text):
        return run_command(snapshot, "language", code)
    return reply_not_understood(snapshot, text)


def reply_not_understood(snapshot: Snapshot, text: str) -> Reply:
    """Reply that the words matched nothing, and repeat the question; from the second time on also offer help."""
    if snapshot.shown_question is None:
        return reply_nothing_found(snapshot)
    unmatched = snapshot.session.unmatched + 1
    is_bare_yes_or_no = any(is_phrase(text, word, snapshot.texts.phrases) for word in ("yes", "no"))
    note = "yes_or_no_of_which" if is_bare_yes_or_no else "not_understood"
    return snapshot.with_session(unmatched=unmatched).repeat(note if unmatched == 1 else "not_understood_again")


def reply_nothing_found(snapshot: Snapshot) -> Reply:
    """Reply that no page matches the typed words.

    A person who only reads sees the list of pages, any other person the current message again.
    """
    if not snapshot.can_search_pages:
        return snapshot.repeat(*["opening_words"] * (not snapshot.session.flow))
    if can_state_urgency(snapshot.texts, snapshot.interpreter):
        return snapshot.repeat("once_more")
    if not snapshot.session.flow:  # the first screen, as it has the signs of danger
        return snapshot.repeat("not_found")
    page_list = reply_with_info(snapshot, all_pages_message(snapshot.texts, snapshot.interpreter, ""))
    return Reply(page_list.session, (snapshot.note("not_found"), *page_list.messages))


def handle_late_text(snapshot: Snapshot, text: str) -> Reply:
    """Reply to words written before the open question was seen: never an answer to it; distress comes first."""
    phrases = snapshot.texts.phrases
    if is_phrase(text, "help_now", phrases):
        return run_command(snapshot, "urgent")
    if is_distress(text, phrases):
        return snapshot.repeat("offer_help")
    if snapshot.shown_question and (
        match_option(snapshot.shown_question, text, phrases) or is_phrase(text, "back", phrases)
    ):
        return snapshot.repeat("too_early")
    return handle_text(snapshot, text)
