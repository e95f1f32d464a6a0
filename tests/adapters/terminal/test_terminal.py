"""The real process in a pipe and in a terminal: it ends kindly, wraps, keeps a chat when asked, and never breaks."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.adapters.terminal.command import wrap_line
from bot.adapters.terminal.transcript import input_lines, replay_transcript
from bot.model.bundle import ContentBundle
from tests.support.terminal import CHAT, PLAIN, piped, terminal

GOODBYE = "Goodbye."


# ---- through a pipe


def test_a_chat_through_a_pipe_is_the_transcript_itself(library: ContentBundle) -> None:
    said = ["1", "bleeding after sex", "why", "no, none"]
    shown = piped("\n".join(said))
    assert shown.returncode == 0
    assert shown.stderr == b""
    _, _, whole = replay_transcript(library, ["> /start", *(f"> {line}" for line in said)]).partition("\n")
    assert shown.stdout.decode().startswith(whole)
    assert GOODBYE in shown.stdout.decode().splitlines()[-1]


def test_no_colour_and_no_tricks_when_piped() -> None:
    assert b"\x1b" not in piped("1\n1\nyes, one or more\n").stdout


def test_the_end_of_what_is_typed_ends_kindly() -> None:
    ended = piped("")
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert GOODBYE in ended.stdout.decode()


def test_stop_ends_it_and_says_what_was_forgotten() -> None:
    ended = piped("1\nstop\n1\n")
    assert ended.returncode == 0
    last = ended.stdout.decode().splitlines()[-1]
    assert last.startswith("< I have forgotten your answers.")


def test_whoever_reads_may_leave() -> None:
    """As in `python -m bot chat | head -1`."""
    pipeline = f"yes 1 | {' '.join(CHAT)} | head -1"
    ended = subprocess.run(pipeline, shell=True, capture_output=True, env={**PLAIN, "LC_ALL": "C.UTF-8"}, timeout=60)
    assert ended.stdout.startswith(b"< Hello.")
    assert b"Traceback" not in ended.stderr
    assert b"Error" not in ended.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437"])
def test_a_place_that_knows_few_letters(encoding: str) -> None:
    shown = piped("1\n1\n1\nno blood at all\n1\na\n", PYTHONIOENCODING=encoding)
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert "temperature of 38" in shown.stdout.decode(encoding)


def test_bytes_that_are_no_text_and_keys_that_are_no_letters() -> None:
    shown = subprocess.run(
        CHAT,
        input=b"\xff\xfe\x00\n\x1b[A\x07\n\xed\xa0\x80\n1\n",
        capture_output=True,
        env={**PLAIN, "LC_ALL": "C.UTF-8"},
    )
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert b"\x1b" not in shown.stdout
    assert b"What would you like help with?" in shown.stdout


# ---- in a terminal


def test_ctrl_d_ends_kindly() -> None:
    with terminal() as window:
        window.until("> ")
        window.type("\x04")
        assert GOODBYE in window.rest()
        assert window.process.returncode == 0


def test_ctrl_c_ends_kindly() -> None:
    with terminal() as window:
        window.until("> ")
        window.type("1\r")
        window.until("> ")
        window.type("\x03")
        shown = window.rest()
        assert GOODBYE in shown
        assert "Traceback" not in shown
        assert window.process.returncode == 0


def test_a_signal_from_elsewhere_ends_kindly_too() -> None:
    with terminal() as window:
        window.until("> ")
        window.process.send_signal(signal.SIGINT)
        assert GOODBYE in window.rest()


def test_a_narrow_window_breaks_no_word_and_hangs_what_goes_on() -> None:
    with terminal(columns=40, NO_COLOR="1") as window:
        window.until("\n> ")
        window.type("1\r")
        window.until("\n> ")
        window.type("1\r")
        shown = window.until("\n> ").splitlines()
    assert max(map(len, shown)) <= 40
    at = next(i for i, line in enumerate(shown) if line.startswith("  - swelling of lips"))
    assert shown[at + 1].startswith("    ")
    assert any(re.fullmatch(r"  \[4\] Prefer not to say", line) for line in shown)


def test_bold_on_a_terminal_only_where_it_is_wanted() -> None:
    for more, bold in ({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False):
        with terminal(**more) as window:
            assert ("\x1b[" in window.until("\n> ")) is bold, more


def test_an_emergency_stands_out_in_words_first() -> None:
    with terminal(NO_COLOR="1") as window:
        window.until("\n> ")
        window.type("help now\r")
        assert "< [EMERGENCY] If you need help right now" in window.until("\n> ")


def test_wrapping_keeps_every_word() -> None:
    for line in ("< one two three", "  [10] " + "word " * 30, "  - " + "x" * 90, "", "  (back · change)"):
        for width in (20, 40, 100):
            parts = wrap_line(line, width)
            assert "".join("".join(parts).split()) == "".join(line.split())
            assert max(map(len, parts)) <= width


# ---- kept when asked, and only then


def test_a_saved_chat_replays_the_same(library: ContentBundle, tmp_path: Path) -> None:
    file = tmp_path / "chat.txt"
    said = "go on\nbleeding after sex\n\tno, none of these \nwhat?\n\nback\nI’m scared 😳\n3\n"
    ended = piped(said, "--save", str(file))
    assert ended.returncode == 0
    assert str(file) in ended.stdout.decode().splitlines()[-1]
    kept = file.read_text(encoding="utf-8")
    assert replay_transcript(library, input_lines(kept)) == kept
    assert len([line for line in input_lines(kept) if line.startswith(">")]) == 9
    assert file.stat().st_mode & 0o077 == 0, "nobody else on this machine may read it"


def test_a_chat_that_was_broken_off_is_kept_up_to_there(library: ContentBundle, tmp_path: Path) -> None:
    file = tmp_path / "chat.txt"
    with terminal("bleeding_after_sex", "--save", str(file)) as window:
        window.until("\n> ")
        window.type("1\r")
        window.until("\n> ")
        window.process.kill()
        window.process.wait()
    assert input_lines(file.read_text()) == ["> /start bleeding_after_sex", "> 1"]
    assert replay_transcript(library, input_lines(file.read_text())) == file.read_text()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "chat.txt"
    file.write_text("precious")
    ended = piped("1\n", "--save", str(file))
    assert ended.returncode == 2
    assert (ended.stdout, file.read_text()) == (b"", "precious")
    assert "is there already" in ended.stderr.decode()


def test_nothing_is_written_unless_asked(tmp_path: Path) -> None:
    subprocess.run(
        CHAT, input=b"1\n1\n", capture_output=True, cwd=tmp_path, env={**PLAIN, "PYTHONDONTWRITEBYTECODE": "1"}
    )
    assert list(tmp_path.iterdir()) == []


# ---- what cannot be done is one clear sentence


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["chat", "bleeding_after_sxe"],
            "No conversation is called 'bleeding_after_sxe'; did you mean 'bleeding_after_sex'?",
        ),
        (["chat", "safety"], "No conversation is called 'safety'"),
        (["chat", "--lang", "xx"], "The bot does not speak 'xx'; known: en"),
        (["chat", "--save", "/nowhere/at/all.txt"], "The chat cannot be saved in '/nowhere/at/all.txt': No such file"),
        (["chat", "--colour"], "Unrecognized arguments: --colour. See: python -m bot chat --help"),
        (["chta"], "There is no command 'chta'; did you mean 'chat'?"),
        (["draw"], "The following arguments are required: FLOW. See: python -m bot draw --help"),
    ],
)
def test_bad_usage_is_told_in_a_sentence(words: list[str], sentence: str) -> None:
    ended = subprocess.run([*CHAT[:-1], *words], input=b"", capture_output=True, env=PLAIN, timeout=60)
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert sentence in ended.stderr.decode()
    assert len(ended.stderr.decode().splitlines()) == 1


def test_alone_it_says_what_it_is_and_how_to_begin() -> None:
    for words in [], ["--help"]:
        shown = subprocess.run([*CHAT[:-1], *words], capture_output=True, env=PLAIN, timeout=60)
        assert shown.returncode == 0
        commands = [line for line in shown.stdout.decode().splitlines() if line.startswith("  python")]
        assert commands[0].startswith("  python -m bot chat")


def test_faults_in_the_files_are_told_and_nothing_runs(tmp_path: Path) -> None:
    """The same program beside two empty folders."""
    (tmp_path / "flows").mkdir()
    (tmp_path / "content").mkdir()
    program = (
        "import sys, bot.adapters.terminal.command as terminal, bot.__main__ as commands; from pathlib import Path;"
        "terminal.content_root = lambda: Path(sys.argv[1]); sys.exit(commands.main(['chat']))"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, env=PLAIN, timeout=60)
    assert ended.returncode == 1
    assert b"this file is missing" in ended.stderr
    assert ended.stdout == b""
