"""The releases that sessions are in: each session stays in the one it began in, unless that one was recalled.

A release is named by the hash of every byte it was read from. A session of a release that was recalled, or is not there
any more, moves at the next event: its answers are replayed in the current release, as far as they still fit.
"""

import logging
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from bot.clinics.statistics.counts import Count
from bot.engine.draft_mode import lined
from bot.engine.presenters.texts import Voice
from bot.engine.session import Event, Kind, Message, Session
from bot.engine.snapshot import Reply, Talk
from bot.engine.step import step
from bot.model.bundle import Library
from bot.operations.log_redaction import kind
from bot.sessions.chat_event import Deed
from bot.sessions.chat_record import Kept
from bot.sessions.environment import Reception
from bot.sessions.fallback import or_last_words

log = logging.getLogger(__name__)


class Heard(NamedTuple):
    """What came of one update: the reply, the event, and the counts, for when the session is committed."""

    reply: Reply
    event: Event | None
    counts: tuple[Count, ...] = ()


class Releases:
    """The router that runs each step in the release that its session belongs to.

    *bundles* holds the current one first; *environment_provider* brings the clinics and the time of now.
    """

    def __init__(self, libraries: Iterable[Library], reception: Reception | None = None) -> None:
        self.current, *_ = libraries = list(libraries)
        self._libraries = {library.version: library for library in reversed(libraries)}
        self._reception = reception or Reception(self.current)

    def replies(self, kept: Kept, deed: Deed) -> Heard:
        """Run the step for *chat_update*, in the release its session belongs to; return the reply and the event."""
        session, event = deed.read(kept)
        draft = self._reception.library_for(session, event)
        if draft or not session.flow or self._has(session):
            begun_in = self._libraries.get(session.library) if session.flow else None  # a new start is current
            return self._heard(draft or begun_in or self.current, session, event)
        reply, _, counts = self._heard(self.current, self._moved(session), event)
        note = Message(Voice(self.current, reply.session)("moved"))
        return Heard(Reply(reply.session, (note, *reply.messages)), event, counts)

    def _has(self, session: Session) -> bool:
        """Whether the release that *session* began in is still there, with the flow that it is in."""
        release = self._libraries.get(session.library)
        return release is not None and session.flow in release.machines

    def _heard(self, library: Library, session: Session, event: Event | None) -> Heard:
        """Run one step in *bundle* with the environment of now, and collect what is counted."""
        today = self._reception.today(library)
        reply, counts = self._reception.noticed(today, session, event, self._reply(today, session, event))
        return Heard(reply, event, counts)

    def count(self, counts: Iterable[Count]) -> None:
        """Add *counts* to the clinics' statistics."""
        self._reception.count(counts)

    def _moved(self, session: Session) -> Session:
        """Return the session in the current release, in a new turn, so that no button of before counts."""
        moved = replace(session, library=self.current.version, turn=session.turn + 1, changing="")
        return moved if moved.flow in self.current.machines else replace(moved, flow="")

    def _reply(self, library: Library, session: Session, event: Event | None) -> Reply:
        """Run one step, or repeat the open question when there is no event; return the reply.

        It fails safe: if anything raises, the session stays as it was, and a message says that something went wrong.
        """
        try:
            if event is None:
                return Reply(session, _open_question(Talk(library, session)))
            return step(library, session, event)
        except Exception as error:
            log.error("a step failed: %s", kind(error))
            return Reply(session, or_last_words(lambda: (_broken(Voice(library, session)),)))


def _broken(voice: Voice) -> Message:
    """Return the message that says that something went wrong."""
    return Message(lined(voice, voice.session.reviewer, voice("broken")))


def _open_question(talk: Talk) -> tuple[Message, ...]:
    """Return the current message if it is a question; else nothing."""
    return tuple(message for message in (talk.stands(),) if message.kind is Kind.QUESTION)
