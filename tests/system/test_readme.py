"""The README's first screen is true: the chat happens as it says, and its commands are the ones that CI runs."""

import re

from bot.adapters.terminal.transcript import replay_transcript
from bot.model.bundle import ContentBundle
from tests.support.paths import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
OPENING = ["> /start bleeding_after_sex", "> Go on"]  # the opening screen is too long for a first screen


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", README, flags=re.DOTALL)


def test_the_chat_happens_as_it_says(library: ContentBundle) -> None:
    shown = blocks("text")[0].strip().splitlines()
    said = [line for line in shown if line.startswith(">")]
    happens = replay_transcript(library, [*OPENING, *said]).splitlines()
    after = happens[happens.index("> Go on") + 1 :]
    assert shown == after[: len(shown)]


def test_the_second_command_is_what_ci_runs() -> None:
    setup, _, run = blocks("sh")[1].strip().rpartition(" && ")
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    for step in (*setup.split(" && "), run):
        assert step in ci, step


def test_it_fits_on_a_first_screen() -> None:
    assert README.index(blocks("sh")[1]) < README.index("Not for patients")
    assert README[: README.index("**Not for patients")].count("\n") < 75


def test_what_it_says_of_speed_was_measured() -> None:
    """The sentence beside the chart: less than a quarter of the floor's processor time, by long polling."""
    rows = [line.split("|") for line in (ROOT / "tests/results/speed.md").read_text(encoding="utf-8").splitlines()]
    cost = {row[1].strip(" *"): float(row[5]) for row in rows if len(row) == 12 and row[2].strip().isdigit()}
    assert "less than\na quarter" in README
    assert cost["Confidante, polling, SQLite"] < cost["PTB, only answers and edits"] / 4
