"""Draft mode, for a reviewer who came by a draft link: a draft line on every message, no answers left at the end."""

from dataclasses import replace

from bot.engine.presenters.texts import Voice
from bot.engine.session import Kind, Message, Session
from bot.engine.snapshot import Reply, Talk


def is_over(talk: Talk) -> bool:
    """Whether the draft link has expired. Where the time is not known, it has."""
    now = talk.library.outside.now
    return bool(talk.session.reviewer) and (now is None or now >= talk.session.until)


def over(talk: Talk) -> Reply:
    """Reply that the draft link has expired, and forget its answers, whatever was pressed."""
    gone = Talk(talk.library, _blank(talk.session))
    return gone.says(Message(gone.voice("draft_over")))


def as_draft(talk: Talk, reply: Reply) -> Reply:
    """Return *reply* with draft lines, if it belongs to a draft; at an outcome the answers are erased."""
    session = reply.session
    reviewer = session.reviewer or (talk.session.reviewer if not session.agreed else "")
    if not reviewer:
        return reply
    line = talk.voice("draft_line", reviewer=reviewer)
    messages = [_marked(line, message) for message in reply.messages]
    after = Talk(talk.library, session)
    if session.flow and after.walker.outcome:
        messages.append(Message(f"{line}\n\n{talk.voice('draft_end')}"))
        session = _blank(session)
    return Reply(session, tuple(messages))


def lined(voice: Voice, reviewer: str, text: str) -> str:
    """Return *text* below the draft line, if there is a reviewer."""
    return f"{voice('draft_line', reviewer=reviewer)}\n\n{text}" if reviewer else text


def _marked(line: str, message: Message) -> Message:
    """Return *message* with the draft *line* as its lead.

    A contact stays as it is: it is a name and a number, and nothing else fits there.
    """
    if message.kind is Kind.CONTACT:
        return message
    return replace(message, lead=f"{line}\n\n{message.lead}".strip() + ("" if message.lead else "\n"))


def _blank(session: Session) -> Session:
    """Return a new session with the language and country of *session*."""
    return Session(language=session.language, country=session.country)
