"""Draft mode, for a reviewer who came by a draft link: a draft line on every message, no answers left at the end."""

from dataclasses import replace

from bot.engine.presenters.texts import Texts
from bot.engine.session import Message, MessageKind, Session
from bot.engine.snapshot import Reply, Snapshot


def is_expired(snapshot: Snapshot) -> bool:
    """Whether the draft link has expired. Where the time is not known, it has."""
    now = snapshot.bundle.environment.now
    return bool(snapshot.session.reviewer) and (now is None or now >= snapshot.session.draft_until)


def expired_reply(snapshot: Snapshot) -> Reply:
    """Reply that the draft link has expired, and forget its answers, whatever was pressed."""
    blank = Snapshot(snapshot.bundle, _blank_session(snapshot.session))
    return blank.reply(Message(blank.texts("draft_over")))


def draft_reply(snapshot: Snapshot, reply: Reply) -> Reply:
    """Return *reply* with draft lines, if it belongs to a draft; at an outcome the answers are erased."""
    session = reply.session
    reviewer = session.reviewer or (snapshot.session.reviewer if not session.consented else "")
    if not reviewer:
        return reply
    line = snapshot.texts("draft_line", reviewer=reviewer)
    messages = [_with_draft_line(line, message) for message in reply.messages]
    after = Snapshot(snapshot.bundle, session)
    if session.flow and after.interpreter.outcome:
        messages.append(Message(f"{line}\n\n{snapshot.texts('draft_end')}"))
        session = _blank_session(session)
    return Reply(session, tuple(messages))


def text_with_draft_line(texts: Texts, reviewer: str, text: str) -> str:
    """Return *text* below the draft line, if there is a reviewer."""
    return f"{texts('draft_line', reviewer=reviewer)}\n\n{text}" if reviewer else text


def _with_draft_line(line: str, message: Message) -> Message:
    """Return *message* with the draft *line* as its lead.

    A contact stays as it is: it is a name and a number, and nothing else fits there.
    """
    if message.kind is MessageKind.CONTACT:
        return message
    return replace(message, lead=f"{line}\n\n{message.lead}".strip() + ("" if message.lead else "\n"))


def _blank_session(session: Session) -> Session:
    """Return a new session with the language and country of *session*."""
    return Session(language=session.language, country=session.country)
