"""The proof travels with the flows, and the bot refuses flows without one."""

import shutil
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.authoring.check.proof_record import UNPROVED_MESSAGE, proof_record_problems, write_proof_record
from bot.authoring.loader import content_root, load_bundle
from bot.model.bundle import ContentBundle
from bot.proof.prover import Proof


def test_the_shipped_flows_carry_a_proof_of_exactly_their_words(library: ContentBundle) -> None:
    assert proof_record_problems(content_root(), library) == []


def test_a_changed_word_has_no_proof(tmp_path: Path) -> None:
    for folder in ("flows", "content"):
        shutil.copytree(content_root() / folder, tmp_path / folder)
    assert proof_record_problems(tmp_path, load_bundle(tmp_path)[0]) == []
    child = tmp_path / "flows" / "child.yaml"
    child.write_text(child.read_text().replace("These need a doctor now.", "These need a nurse now."))
    assert proof_record_problems(tmp_path, load_bundle(tmp_path)[0]) == [UNPROVED_MESSAGE]


def test_a_proof_is_written_and_found_again(tmp_path: Path, library: ContentBundle) -> None:
    (tmp_path / "flows").mkdir()
    assert proof_record_problems(tmp_path, library) == [UNPROVED_MESSAGE]
    write_proof_record(tmp_path, library, Proof((), ("nothing is missed",), 1, 1))
    assert proof_record_problems(tmp_path, library) == []
    (tmp_path / "flows" / "proof.json").write_text("{")
    assert proof_record_problems(tmp_path, library) == [UNPROVED_MESSAGE]


def test_the_bot_does_not_start_with_drafts_that_are_not_proved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Reviewers walk drafts in a real chat: not before every path of theirs was looked at."""
    for folder in ("flows", "content"):
        shutil.copytree(content_root() / folder, tmp_path / folder)
    child = tmp_path / "flows" / "child.yaml"
    child.write_text(child.read_text().replace("These need a doctor now.", "These need a nurse now."))
    for name, value in {"TELEGRAM_TOKEN": "1:" + "a" * 35, "SESSION_KEY": "k" * 44, "DRAFTS": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SESSION_STORE", f"sqlite:{tmp_path / 'no' / 'such' / 'folder.db'}")  # it would not start either
    assert main(["telegram", "--draft"]) == 2
    said = capsys.readouterr().err
    assert said == f"DRAFTS: {UNPROVED_MESSAGE}\nThe store's file cannot be opened: no such file or directory.\n"
