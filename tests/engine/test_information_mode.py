"""Information mode: the same signs for everybody, then pages; nothing is asked, nothing kept, nothing computed."""

import io
import os
import shutil
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given

from bot.__main__ import main
from bot.adapters.telegram_bot.command import main as telegram_main
from bot.adapters.terminal.transcript import TerminalChat, input_lines, replay_transcript
from bot.authoring.check.command import check
from bot.authoring.check.information_mode import check_information_mode
from bot.authoring.loader import content_root, load_bundle
from bot.engine.information_mode import information_bundle, partly_unreachable_flows
from bot.engine.session import ButtonPress, Event, MessageKind, Session, Start, TypedText
from bot.engine.step import step
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.flow import Question
from bot.model.signoff import content_hash, unsigned_keys
from bot.model.urgency import LOWEST_FLOOR
from tests.support.paths import DATA
from tests.support.running_bot import unpaced as serving
from tests.support.strategies import LIBRARY, lives, promised
from tests.support.telegram_double import Telegram

READ_ALOUD = sorted((DATA / "information").glob("*.txt"))
BOT = information_bundle(LIBRARY, "")
KEPT = (
    "language",
    "country",
    "clinic",
    "bundle_version",
    "turn",
    "unmatched",
    "started",
    "recorded",
)  # not answers
ENTRANCES = (
    "bleeding_after_sex",
    "unusual_discharge",
    "pain_with_sex",
    "pregnancy_bleeding",
    "blood_in_semen",
    "child",
)


def copied(tmp_path: Path, *flows: str) -> Path:
    """A home in which *flows* only inform."""
    for folder in ("flows", "content"):
        shutil.copytree(content_root() / folder, tmp_path / folder)
    for flow in flows:
        path = tmp_path / "flows" / f"{flow}.yaml"
        text = path.read_text()
        assert text.count("\nstart: ") == 1
        path.write_text(text.replace("\nstart: ", "\ninformation: [being_seen, usual_discharge]\nstart: "))
    return tmp_path


# ---- the whole bot


def test_the_front_page_has_every_sign_and_asks_nothing() -> None:
    session, (front,) = step(BOT, Session(), Start())
    assert front.kind is MessageKind.OPENING
    assert all(line in front.text for line in BOT.text("warning_signs").splitlines()[1:])
    assert [button.label for button in front.options] == ["All pages"]
    assert not session.flow


def test_there_is_no_question_in_it() -> None:
    states = [state for flow in BOT.flows[BASE_LANGUAGE].values() for state in flow.states.values()]
    assert not any(isinstance(state, Question) for state in states)


def test_everything_that_can_be_tapped_shows_everybody_the_same() -> None:
    found = check_information_mode(load_bundle(content_root(), include_drafts=True)[0])
    assert found.faults == ()
    assert found.button_count > 100


def test_a_page_that_nobody_can_come_to_is_told(library: ContentBundle) -> None:
    less = replace(library.subjects[0], pages=library.subjects[0].pages[1:])
    hiding = replace(
        library, subjects=(less, *library.subjects[1:]), pages={BASE_LANGUAGE: dict(library.pages[BASE_LANGUAGE])}
    )
    assert check_information_mode(hiding).faults == (), "it is still in the list of titles"
    spoilt = replace(library.pages[BASE_LANGUAGE]["coil"], text="No signs here.")
    spoiling = replace(library, pages={BASE_LANGUAGE: {**library.pages[BASE_LANGUAGE], "coil": spoilt}})
    assert check_information_mode(spoiling).faults == ("en: '!page:coil' does not show every warning sign",)


@promised
@given(lives)
def test_whatever_anybody_does_nothing_is_asked_or_kept(events: list[int | Event]) -> None:
    session = Session()
    for event in events:
        session, messages = step(BOT, session, ButtonPress(str(event)) if isinstance(event, int) else event)
        assert messages
        assert session == Session().with_changes(**{name: getattr(session, name) for name in KEPT})
        assert not any(
            message.kind in (MessageKind.QUESTION, MessageKind.ENDING) or message.floor for message in messages
        )


def test_who_was_in_the_middle_when_the_bot_changed_is_asked_no_more() -> None:
    session, _ = step(LIBRARY, Session(), Start())
    session, _ = step(LIBRARY, session, ButtonPress("!go_on:chooser"))
    session, _ = step(LIBRARY, session, ButtonPress("bleeding"))
    assert session.answers
    session, (message,) = step(BOT, session, TypedText("yes"))[0], step(BOT, session, TypedText("yes")).messages[-1:]
    assert not session.answers
    assert message.kind in (MessageKind.LIST, MessageKind.OPENING)


def test_danger_is_heard_all_the_same() -> None:
    _, (note, front) = step(BOT, Session(), TypedText("i cant breathe"))
    assert note.text.startswith("That sounds serious.")
    assert front.kind is MessageKind.OPENING


def test_it_needs_no_signature_but_on_what_is_read() -> None:
    assert set(unsigned_keys(BOT, "2026-11-22")) == {
        *(f"{page}.md" for page in BOT.pages[BASE_LANGUAGE]),
        "phrases.yaml",
    }


# ---- one flow


@pytest.mark.parametrize("flow", ENTRANCES)
def test_a_flow_that_only_informs_offers_its_pages_at_once(tmp_path: Path, flow: str) -> None:
    library, _ = load_bundle(copied(tmp_path, flow))
    chat = TerminalChat(library)
    chat.handle(f"/start {flow}")
    told = "\n".join(chat.handle("Go on"))
    assert "no questions. So I cannot tell how soon you need care." in told
    assert "Being seen: what to expect" in told
    assert "Call 112, 911 or 999 now if:" in told
    assert "All pages" in told
    assert "care for yourself at home" not in told, "nobody is told to stay at home unasked"
    assert not chat.session.answers


def test_what_was_answered_before_it_still_stands(tmp_path: Path) -> None:
    """Whoever is not sure what they need is told 14 days by that question; what only informs takes nothing from it."""
    library, _ = load_bundle(copied(tmp_path, "bleeding_after_sex"))
    chat = TerminalChat(library)
    chat.handle("/start")
    chat.handle("Go on")
    told = "\n".join(chat.handle("not sure"))
    assert told.startswith("< [soon 14 days] Please book an appointment. Be seen within 14 days.")
    assert "no more questions. You may need care sooner." in told


def test_check_proves_the_rest_and_says_what_waits(tmp_path: Path) -> None:
    root = copied(tmp_path, *ENTRANCES)
    library, atlas = load_bundle(root)
    report = check(library, atlas, root)
    assert report.is_clean, [str(finding) for finding in (*report.diagnostics, *report.findings)][:3]
    assert report.notes[0].startswith("Only for information: bleeding_after_sex, blood_in_semen, child,")
    assert "safety" in library.partly_unreachable_flows


def test_it_is_signed_as_it_is_met(tmp_path: Path) -> None:
    """Whoever signs a flow that only informs has not signed its questions."""
    before, after = load_bundle(content_root())[0], load_bundle(copied(tmp_path, "child"))[0]
    assert list(after.flows[BASE_LANGUAGE]["child"].states) == ["information"]
    assert after.flows[BASE_LANGUAGE]["child"].states["information"].floor == LOWEST_FLOOR  # type: ignore[union-attr]
    assert content_hash(before.flows[BASE_LANGUAGE]["child"]) != content_hash(after.flows[BASE_LANGUAGE]["child"])


def test_what_it_would_run_rests_with_it(library: ContentBundle) -> None:
    assert partly_unreachable_flows(library.flows[BASE_LANGUAGE]) == frozenset()


# ---- where people meet it


def test_an_operator_who_is_not_clear_is_told() -> None:
    assert telegram_main({"TELEGRAM_TOKEN": "1:" + "x" * 35, "INFORMATION": "perhaps"}, True) == 2


async def test_in_telegram_somebody_reads_and_nothing_is_kept(telegram: Telegram, library: ContentBundle) -> None:
    ana = telegram.person("Ana")
    async with serving(telegram, information_bundle(library, "")) as bot:
        ana.starts()
        await ana.sees("Hello. I am a set of pages to read, not a doctor.")
        assert "Go on" not in ana.labels
        ana.taps("All pages")
        await ana.until(lambda: "Thrush, BV, STI tests" in ana.labels)
        ana.taps("Thrush, BV, STI tests")
        await ana.until(lambda: "Thrush" in ana.labels)
        ana.taps("Thrush")
        await ana.sees("Thrush comes from a yeast")
        ana.taps("Next page")
        await ana.sees("Bacterial vaginosis (BV)")
        ana.writes("dryness")
        await ana.until(lambda: "Dryness and rubbing" in ana.labels)
        ana.taps("I need help now") if "I need help now" in ana.labels else ana.writes("/urgent")
        await ana.sees("If you need help right now")
        await bot.idle()
        assert await bot.kept(ana) is None
        ana.writes("/delete")
        await ana.until(lambda: not [message for message in ana.screen if message.text.startswith("Thrush")])


@pytest.mark.parametrize("path", READ_ALOUD, ids=lambda path: path.stem)
def test_the_conversation_goes_as_written(path: Path) -> None:
    """To be read aloud like those of test_transcripts.py, and rewritten with REWRITE=1 in the same way."""
    written = path.read_text(encoding="utf-8")
    happens = replay_transcript(BOT, input_lines(written))
    if os.environ.get("REWRITE"):
        assert not os.environ.get("CI")
        path.write_text(happens, encoding="utf-8")
    else:
        assert happens == written


def test_in_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"All pages\nWhere to start\n1\nNext page\n")))
    assert main(["chat", "--information"]) == 0
    told = capsys.readouterr().out
    assert "Hello. I am a set of pages to read, not a doctor." in told
    assert "Bleeding after sex: where to start" in told
    assert "Goodbye. I kept nothing about you." in told
    assert "Go on" not in told


def test_somebody_who_answered_everything_sees_what_a_newcomer_sees() -> None:
    answers = MappingProxyType({"safety.signs": "yes"})
    known = Session(flow="chooser", answers=answers, consented=True, shown_emergency=True)
    for event in (
        Start(),
        ButtonPress("!all_pages"),
        ButtonPress("!page:thrush"),
        TypedText("thrush"),
        ButtonPress("!help"),
    ):
        assert step(BOT, known, event).messages == step(BOT, Session(), event).messages
