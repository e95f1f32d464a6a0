"""A conversation that a reviewer came to by a draft link: a draft line on every message, nothing left at the end."""

from dataclasses import replace

from bot.session import Kind, Message, Session
from bot.talk import Reply, Talk
from bot.voice import Voice


def is_over(talk: Talk) -> bool:
    """Whether the link that led here has run out. Where nobody knows the time, it has."""
    now = talk.library.outside.now
    return bool(talk.session.reviewer) and (now is None or now >= talk.session.until)


def over(talk: Talk) -> Reply:
    """The link has run out: its answers go with it, whatever was tapped."""
    gone = Talk(talk.library, _blank(talk.session))
    return gone.says(Message(gone.voice("draft_over")))


def as_draft(talk: Talk, reply: Reply) -> Reply:
    """*reply* with its draft lines, where it belongs to a draft; at an outcome the answers are erased."""
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
    """*text* below the draft line, where somebody is a reviewer."""
    return f"{voice('draft_line', reviewer=reviewer)}\n\n{text}" if reviewer else text


def _marked(line: str, message: Message) -> Message:
    """A contact is a name and a number: nothing else fits there."""
    if message.kind is Kind.CONTACT:
        return message
    return replace(message, lead=f"{line}\n\n{message.lead}".strip() + ("" if message.lead else "\n"))


def _blank(session: Session) -> Session:
    return Session(language=session.language, country=session.country)
