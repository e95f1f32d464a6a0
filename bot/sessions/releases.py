"""The releases that sessions are in: each session stays in the one it began in, unless that one was recalled.

A release is named by the hash of every byte it was read from. A session of a release that was recalled, or is not there
any more, moves at the next event: its answers are replayed in the current release, as far as they still fit.
"""

import logging
from collections.abc import Iterable
from typing import NamedTuple

from bot.clinics.statistics.counts import Count
from bot.engine.draft_mode import text_with_draft_line
from bot.engine.presenters.texts import Texts
from bot.engine.session import Event, Message, MessageKind, Session
from bot.engine.snapshot import Reply, Snapshot
from bot.engine.step import step
from bot.model.bundle import ContentBundle
from bot.operations.log_redaction import describe_error
from bot.sessions.chat_record import ChatRecord
from bot.sessions.chat_update import ChatUpdate
from bot.sessions.environment import EnvironmentProvider
from bot.sessions.fallback import with_fallback

log = logging.getLogger(__name__)


class RoutedStep(NamedTuple):
    """What came of one update: the reply, the event, and the counts, for when the session is committed."""

    reply: Reply
    event: Event | None
    counts: tuple[Count, ...] = ()


class ReleaseRouter:
    """The router that runs each step in the release that its session belongs to.

    *bundles* holds the current one first; *environment_provider* brings the clinics and the time of now.
    """

    def __init__(
        self, bundles: Iterable[ContentBundle], environment_provider: EnvironmentProvider | None = None
    ) -> None:
        self.current, *_ = bundles = list(bundles)
        self._bundles = {bundle.version: bundle for bundle in reversed(bundles)}
        self._environment_provider = environment_provider or EnvironmentProvider(self.current)

    def step(self, record: ChatRecord, chat_update: ChatUpdate) -> RoutedStep:
        """Run the step for *chat_update*, in the release its session belongs to; return the reply and the event."""
        session, event = chat_update.to_event(record)
        draft_bundle = self._environment_provider.draft_bundle_for(session, event)
        if draft_bundle or not session.flow or self._is_available(session):
            own_bundle = self._bundles.get(session.bundle_version) if session.flow else None  # a new start is current
            return self._run_step(draft_bundle or own_bundle or self.current, session, event)
        reply, _, counts = self._run_step(self.current, self._moved_to_current(session), event)
        note = Message(Texts(self.current, reply.session)("moved"))
        return RoutedStep(Reply(reply.session, (note, *reply.messages)), event, counts)

    def _is_available(self, session: Session) -> bool:
        """Whether the release that *session* began in is still there, with the flow that it is in."""
        release = self._bundles.get(session.bundle_version)
        return release is not None and session.flow in release.machines

    def _run_step(self, bundle: ContentBundle, session: Session, event: Event | None) -> RoutedStep:
        """Run one step in *bundle* with the environment of now, and collect what is counted."""
        bundle_now = self._environment_provider.with_environment(bundle)
        reply, counts = self._environment_provider.collect_counts(
            bundle_now, session, event, self._step_safely(bundle_now, session, event)
        )
        return RoutedStep(reply, event, counts)

    def add_counts(self, counts: Iterable[Count]) -> None:
        """Add *counts* to the clinics' statistics."""
        self._environment_provider.add_counts(counts)

    def _moved_to_current(self, session: Session) -> Session:
        """Return the session in the current release, in a new turn, so that no button of before counts."""
        moved = session.with_changes(bundle_version=self.current.version, turn=session.turn + 1, changing="")
        return moved if moved.flow in self.current.machines else moved.with_changes(flow="")

    def _step_safely(self, bundle: ContentBundle, session: Session, event: Event | None) -> Reply:
        """Run one step, or repeat the open question when there is no event; return the reply.

        It fails safe: if anything raises, the session stays as it was, and a message says that something went wrong.
        """
        try:
            if event is None:
                return Reply(session, _open_question(Snapshot(bundle, session)))
            return step(bundle, session, event)
        except Exception as error:
            log.error("a step failed: %s", describe_error(error))
            return Reply(session, with_fallback(lambda: (_failure_message(Texts(bundle, session)),)))


def _failure_message(texts: Texts) -> Message:
    """Return the message that says that something went wrong."""
    return Message(text_with_draft_line(texts, texts.session.reviewer, texts("broken")))


def _open_question(snapshot: Snapshot) -> tuple[Message, ...]:
    """Return the current message if it is a question; else nothing."""
    return tuple(message for message in (snapshot.current_message(),) if message.kind is MessageKind.QUESTION)
