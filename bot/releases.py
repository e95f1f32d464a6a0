"""The releases that people are in: each stays in the one they began in, but for one that was recalled.

A release is called by the hash of every byte it was read from. A recalled one, or one that is not there any more, is
left at the next thing somebody does: their answers are walked through the current one, as far as they still fit.
"""

import logging
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from bot.counts import Count
from bot.deeds import Deed
from bot.drafts import lined
from bot.engine import step
from bot.journal import kind
from bot.kept import Kept
from bot.last_resort import or_last_words
from bot.library import Library
from bot.reception import Reception
from bot.session import Event, Kind, Message, Session
from bot.talk import Reply, Talk
from bot.voice import Voice

log = logging.getLogger(__name__)


class Heard(NamedTuple):
    """What came of something that was done; *counts* are for when it has been kept."""

    reply: Reply
    event: Event | None
    counts: tuple[Count, ...] = ()


class Releases:
    """*libraries* holds the current one first; *reception* brings the clinics and the time of now."""

    def __init__(self, libraries: Iterable[Library], reception: Reception | None = None) -> None:
        self.current, *_ = libraries = list(libraries)
        self._libraries = {library.version: library for library in reversed(libraries)}
        self._reception = reception or Reception(self.current)

    def replies(self, kept: Kept, deed: Deed) -> Heard:
        """What *deed* leads to, in the release that its session belongs to; and what was done, if anything."""
        session, event = deed.read(kept)
        draft = self._reception.library_for(session, event)
        if draft or not session.flow or self._has(session):
            begun_in = self._libraries.get(session.library) if session.flow else None  # a new start is in the current
            return self._heard(draft or begun_in or self.current, session, event)
        reply, _, counts = self._heard(self.current, self._moved(session), event)
        note = Message(Voice(self.current, reply.session)("moved"))
        return Heard(Reply(reply.session, (note, *reply.messages)), event, counts)

    def _has(self, session: Session) -> bool:
        """Whether the release that *session* began in is still there, with the flow that it is in."""
        release = self._libraries.get(session.library)
        return release is not None and session.flow in release.machines

    def _heard(self, library: Library, session: Session, event: Event | None) -> Heard:
        today = self._reception.today(library)
        reply, counts = self._reception.noticed(today, session, event, self._reply(today, session, event))
        return Heard(reply, event, counts)

    def count(self, counts: Iterable[Count]) -> None:
        self._reception.count(counts)

    def _moved(self, session: Session) -> Session:
        """The same answers in the current release. It is another turn, so that no button of before counts."""
        moved = replace(session, library=self.current.version, turn=session.turn + 1, changing="")
        return moved if moved.flow in self.current.machines else replace(moved, flow="")

    def _reply(self, library: Library, session: Session, event: Event | None) -> Reply:
        """It fails safe: whatever breaks, the session stays as it was, and nobody is left without a word."""
        try:
            if event is None:
                return Reply(session, _open_question(Talk(library, session)))
            return step(library, session, event)
        except Exception as error:
            log.error("a step failed: %s", kind(error))
            return Reply(session, or_last_words(lambda: (_broken(Voice(library, session)),)))


def _broken(voice: Voice) -> Message:
    return Message(lined(voice, voice.session.reviewer, voice("broken")))


def _open_question(talk: Talk) -> tuple[Message, ...]:
    return tuple(message for message in (talk.stands(),) if message.kind is Kind.QUESTION)
