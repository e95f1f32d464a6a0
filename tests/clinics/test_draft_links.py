"""Draft links: what a reviewer sees, that nothing stays of it, and that no link but the one made opens anything."""

import string
from collections.abc import Iterable

import pytest

from bot.authoring.loader import content_root, load_bundle
from bot.clinics.draft_links import DRAFT_PREFIX, MAX_REVIEWER_BYTES, draft_payload, parse_start_payload
from bot.clinics.statistics.collect import collect_counts
from bot.engine.session import ButtonPress, Event, Message, MessageKind, Session, Start
from bot.engine.snapshot import Reply
from bot.engine.step import step
from bot.model.bundle import ContentBundle
from bot.model.clinic import Environment
from bot.sessions.chat_record import ChatRecord
from bot.sessions.environment import EnvironmentProvider
from bot.sessions.releases import ReleaseRouter
from tests.support.clinics import later, seconds, town

KEY, OTHER = "a test's key of thirty-two bytes!", "another key of thirty-two bytes!!"
LIBRARY = town(load_bundle(content_root())[0], "2026-11-22T09:00")
UNTIL = seconds("2026-11-29T09:00")
LINK = draft_payload(KEY, "bleeding_after_sex", "A. Reviewer", UNTIL)
REFUSED = Start(phrase="draft_refused")


def read(link: str, when: str = "2026-11-22T09:00", *keys: str) -> Start:
    return parse_start_payload(link, later(LIBRARY, when), LIBRARY, keys or (KEY,))


# ---- the link


def test_it_fits_and_is_read() -> None:
    for name in ("Ann", "A. Reviewer", "Zoë Ångström", "x" * MAX_REVIEWER_BYTES):
        link = draft_payload(KEY, "bleeding_after_sex", name, UNTIL)
        assert len(link) <= 64
        assert set(link) <= set(string.ascii_letters + string.digits + "_-")
        assert read(link) == Start("bleeding_after_sex", reviewer=name, until=int(UNTIL))


def test_it_runs_out() -> None:
    assert read(LINK, "2026-11-29T08:59").reviewer == "A. Reviewer"
    assert read(LINK, "2026-11-29T09:00") == REFUSED
    assert read(LINK, "2030-01-01T00:00") == REFUSED
    assert (
        parse_start_payload(LINK, LIBRARY.with_environment(Environment()), LIBRARY, (KEY,)) == REFUSED
    )  # nobody knows what time it is


def test_any_changed_byte_makes_it_worthless() -> None:
    for at in range(len(DRAFT_PREFIX), len(LINK)):
        for letter in string.ascii_letters + string.digits + "_-":
            changed = LINK[:at] + letter + LINK[at + 1 :]
            assert changed == LINK or read(changed) == REFUSED


def test_cut_short_or_made_longer() -> None:
    for length in range(1, len(LINK)):
        assert read(LINK[:length]) in (REFUSED, Start(phrase="link_damaged"))
    for more in ("A", "=", "AA", "\n", ".", LINK):
        assert read(LINK + more) == REFUSED


def test_only_the_operator_can_make_one() -> None:
    forged = draft_payload(OTHER, "bleeding_after_sex", "A. Reviewer", UNTIL)
    assert read(forged) == REFUSED
    assert read(LINK, "2026-11-22T09:00", OTHER) == REFUSED
    assert parse_start_payload(LINK, LIBRARY) == REFUSED  # a bot without a key opens no draft


def test_a_key_can_be_changed() -> None:
    assert read(LINK, "2026-11-22T09:00", OTHER, KEY).reviewer == "A. Reviewer"


def test_a_flow_that_is_not_among_the_drafts() -> None:
    assert read(draft_payload(KEY, "no_such_flow", "A. Reviewer", UNTIL)) == REFUSED
    assert parse_start_payload(LINK, LIBRARY, None, (KEY,)) == REFUSED


def test_a_name_has_to_fit() -> None:
    for name in ("", "x" * (MAX_REVIEWER_BYTES + 1)):
        with pytest.raises(ValueError, match="name"):
            draft_payload(KEY, "bleeding_after_sex", name, UNTIL)


# ---- the chat


class Review:
    """A reviewer's chat."""

    def __init__(self, library: ContentBundle = LIBRARY, session: Session | None = None) -> None:
        self.library, self.session = library, session or Session()
        self.counts: list[str] = []

    def send(self, event: Event) -> tuple[Message, ...]:
        before = self.session
        reply = step(self.library, before, event)
        reply, counts = collect_counts(self.library, before, event, reply)
        self.counts += [count.measure for count in counts]
        self.session, self.messages = reply
        return self.messages

    def to_the_end(self) -> None:
        self.send(read(LINK))
        self.send(ButtonPress("!go_on:bleeding_after_sex"))
        while self.session.flow:
            question = self.messages[-1]
            self.send(ButtonPress(question.options[0].id, self.session.turn))


def test_every_message_says_that_it_is_a_draft_and_whose() -> None:
    review, said = Review(), list[Message]()
    said += review.send(read(LINK))
    said += review.send(ButtonPress("!go_on:bleeding_after_sex"))
    for event in (
        ButtonPress("!why"),
        ButtonPress("!help"),
        ButtonPress("!urgent"),
        ButtonPress("!page:coil"),
        ButtonPress("!countries"),
        Start(),
    ):
        said += review.send(event)
    while review.session.flow:
        said += review.send(ButtonPress(review.messages[-1].options[0].id, review.session.turn))
    assert len(said) > 8
    assert all(message.full_text.startswith("Draft, shown only to A. Reviewer for review.") for message in said)


def test_its_answers_are_erased_at_the_end() -> None:
    review = Review()
    review.to_the_end()
    assert review.session == Session()
    ending, last = review.messages
    assert ending.kind is MessageKind.ENDING
    assert "erased" in last.text


def test_an_emergency_ends_it_too() -> None:
    review = Review()
    review.send(read(LINK))
    review.send(ButtonPress("!go_on:bleeding_after_sex"))
    while review.messages[-1].kind is MessageKind.QUESTION:
        worst = [button for button in review.messages[-1].options if button.id not in ("not_sure", "prefer_not_to_say")]
        review.send(ButtonPress(worst[-1].id, review.session.turn))
    assert review.messages[0].kind is MessageKind.EMERGENCY
    assert review.session == Session()


def test_it_is_never_counted() -> None:
    counting = town(LIBRARY, counting=True)
    review = Review(counting, Session(clinic="northside"))
    review.to_the_end()
    review.send(ButtonPress("!feedback:yes"))
    assert review.counts == []


def test_it_ends_in_the_middle_when_the_link_runs_out() -> None:
    review = Review()
    review.send(read(LINK))
    review.send(ButtonPress("!go_on:bleeding_after_sex"))
    review.send(ButtonPress(review.messages[-1].options[0].id, review.session.turn))
    assert review.session.answers
    review.library = later(LIBRARY, "2026-11-29T09:00")
    (said,) = review.send(ButtonPress(review.messages[-1].options[0].id, review.session.turn))
    assert review.session == Session()
    assert "over" in said.text


def test_a_replayed_link_begins_a_new_walk_and_brings_nothing_back() -> None:
    review = Review()
    review.to_the_end()
    review.send(read(LINK))
    assert review.session.answers == {}
    late = Review(later(LIBRARY, "2026-11-29T09:00"))
    note, opening = late.send(read(LINK, "2026-11-29T09:00"))
    assert "over" in note.text
    assert opening.kind is MessageKind.OPENING
    assert not late.session.reviewer


def test_it_does_not_break_into_a_conversation() -> None:
    review = Review()
    review.send(Start("bleeding_after_sex"))
    review.send(ButtonPress("!go_on:bleeding_after_sex"))
    review.send(ButtonPress(review.messages[-1].options[0].id, review.session.turn))
    before = review.session
    (choice,) = review.send(read(LINK))
    assert review.session == before
    assert [button.id for button in choice.tools] == ["!resume", "!delete"]


def test_somebody_who_was_no_reviewer_is_none_afterwards() -> None:
    """The draft's consent is not carried into an ordinary conversation."""
    review = Review()
    review.send(read(LINK))
    assert review.session.consented
    review.send(Start())
    assert (review.session.consented, review.session.reviewer, review.session.draft_until) == (False, "", 0)


def test_nobody_else_is_touched() -> None:
    reply = step(LIBRARY, Session(), Start())
    assert isinstance(reply, Reply)
    assert not any("shown only to" in message.text for message in reply.messages)


class Tap:
    """A deed of a session that cannot be walked."""

    chat, update_id = "1", 1

    def to_event(self, kept: ChatRecord) -> tuple[Session, Event | None]:
        return kept.session, ButtonPress("x")

    def to_entry(self, before: ChatRecord, after: ChatRecord, messages: Iterable[Message]) -> None:
        return None


def test_what_breaks_in_a_draft_is_said_as_a_draft() -> None:
    releases = ReleaseRouter([LIBRARY], EnvironmentProvider(LIBRARY, draft_bundle=LIBRARY, clock=lambda: UNTIL - 1))
    session = Session(LIBRARY.version, "no_such_flow", consented=True, reviewer="Ann", draft_until=int(UNTIL))
    (said,) = releases.step(ChatRecord(session), Tap()).reply.messages
    assert "went wrong" in said.text
    assert said.text.startswith("Draft, shown only to Ann")
