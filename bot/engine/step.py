"""The step function of the conversation: one event in, the next session and the messages out.

`step` is pure: no clock, no network, no disk, no chance. The same bundle and events give the same messages.
"""

from bot.engine.commands import handle_start, run_command
from bot.engine.draft_mode import draft_reply, expired_reply, is_expired
from bot.engine.information_mode import without_answers
from bot.engine.session import COMMAND_PREFIX, ButtonPress, Event, OtherInput, Session, Start, TypedText
from bot.engine.snapshot import Reply, Snapshot
from bot.engine.typed_replies import answer_question, handle_typed
from bot.engine.understanding.folding import read_typed
from bot.model.bundle import ContentBundle


def step(bundle: ContentBundle, session: Session, event: Event) -> Reply:
    """Return the reply to one event of a conversation: the next session and the messages."""
    session = without_answers(session) if bundle.information_only else session
    if session.offered and not isinstance(event, TypedText):
        session = session.with_changes(offered="")  # an offer that was not answered with the next words is over
    snapshot = Snapshot(bundle, session)
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
        case TypedText(text, turn, shows_all_keys):
            is_late = turn not in (None, snapshot.session.turn)
            return handle_typed(snapshot, read_typed(text), is_late, shows_all_keys)
        case OtherInput(phrase):
            return snapshot.repeat(phrase)


def press_option(snapshot: Snapshot, option: str, turn: int | None) -> Reply:
    """Reply to the press of an option: an answer, or a note where it is no option of the open question of this turn."""
    if snapshot.shown_question is None:
        return snapshot.repeat("nothing_open")
    if turn not in (None, snapshot.session.turn) or snapshot.shown_question.option(option) is None:
        return snapshot.repeat("earlier_question")
    return answer_question(snapshot, option)
