"""A command writes over its own files and over nobody else's; a file is whole, or it is not there."""

import io
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.operations.output_file import MARK, OutputFileError, output_file, write_output
from tests.support.clinics import EXAMPLE


@pytest.mark.parametrize("name", ["a.html", "a.md", "a.svg", "a.pdf", "a.po", "a"])
def test_its_own_file_is_written_over_and_anothers_is_not(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write_output(path, "one")
    write_output(path, "two\n")
    assert path.read_bytes().startswith(b"two\n")
    assert path.read_bytes().count(MARK) == 1
    path.write_text("a letter, that speaks of what was made by others")
    with pytest.raises(OutputFileError, match="no command of this bot made it"):
        write_output(path, "three")
    assert path.read_text().startswith("a letter")
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_what_breaks_off_leaves_what_was_there(tmp_path: Path) -> None:
    write_output(tmp_path / "a.md", "one")
    with pytest.raises(FileNotFoundError), output_file(tmp_path / "a.md") as temporary:
        Path(temporary.write_text("half") and "nowhere").read_text()
    assert (tmp_path / "a.md").read_text().startswith("one")
    assert len(list(tmp_path.iterdir())) == 1


def test_a_link_is_replaced_and_not_written_through(tmp_path: Path) -> None:
    target = tmp_path / "target.md"
    target.write_text("")
    (tmp_path / "a.md").symlink_to(target)
    write_output(tmp_path / "a.md", "one")
    assert target.read_text() == ""


def test_a_folder_is_none_and_a_device_is_written_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(OutputFileError, match="folder"):
        write_output(tmp_path, "one")
    write_output(Path("/dev/null"), "one")
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize(
    ("words", "file"),
    [
        (("draw", "safety", "--document"), "a.html"),
        (("draw", "safety", "--document"), "a.pdf"),
        (("translate", "export", "es", "--out"), "a.po"),
        (("safety-case", "--out"), "safety-case.md"),
        (("clinic", "poster", "northside", "--to"), "qr-northside.png"),
        (("clinic", "poster", "northside", "--to"), "poster-northside-en.pdf"),
    ],
)
def test_no_command_writes_over_a_letter(
    tmp_path: Path,
    words: tuple[str, ...],
    file: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CLINICS", str(EXAMPLE))
    (tmp_path / file).write_text("dear")
    target = tmp_path if words[-1] == "--to" or words[0] == "safety-case" else tmp_path / file
    assert main([*words, str(target)]) == 2
    assert "cannot be written: it is there already" in capsys.readouterr().err
    assert (tmp_path / file).read_text() == "dear"
    (tmp_path / file).unlink()
    assert main([*words, str(target)]) == main([*words, str(target)]) != 2, "its own it writes over"


def test_what_a_translator_gets_can_be_read(tmp_path: Path) -> None:
    pofile = pytest.importorskip("babel.messages.pofile")
    assert main(["translate", "export", "es", "--out", str(tmp_path / "es.po")]) == 0
    assert len(pofile.read_po(io.BytesIO((tmp_path / "es.po").read_bytes()), abort_invalid=True)) > 100
