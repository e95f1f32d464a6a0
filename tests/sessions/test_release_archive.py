"""Only what the bot made itself, and can prove to have made, is ever removed from RELEASES. The folders are real."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.authoring.loader import content_root, load_bundle
from bot.model.bundle import ContentBundle
from bot.sessions import release_archive
from bot.sessions.archive_marker import OWN_MARKER
from bot.sessions.chat_record import HOUR
from bot.sessions.release_archive import ForeignArchiveError, archive_release, load_older_releases
from tests.operations.test_logging_setup import TOKEN, start
from tests.support.paths import ROOT

DAYS = 3 * 24 * HOUR


def read(folder: Path) -> ContentBundle:
    return load_bundle(folder)[0]


def age(folder: Path) -> None:
    """Make everything in *folder* three days old."""
    then = time.time() - DAYS
    for path in (*folder.rglob("*"), folder):
        os.utime(path, (then, then), follow_symlinks=False)


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def version(library: ContentBundle) -> str:
    return library.version


@pytest.fixture
def archived(tmp_path: Path, version: str) -> Path:
    """An archive with one release, three days old."""
    archive_release(content_root(), tmp_path / "releases", version)
    age(tmp_path / "releases")
    return tmp_path / "releases"


def test_folders_of_another_are_refused_and_stay(tmp_path: Path) -> None:
    srv = tmp_path / "srv"
    for name in ("photos/one.jpg", "backups/all.tar"):
        (srv / name).parent.mkdir(parents=True)
        (srv / name).write_bytes(b"dear")
    age(srv)
    before = snapshot(srv)
    ended = start(TELEGRAM_TOKEN=TOKEN, words="", RELEASES=str(srv))
    assert ended.returncode == 2
    said = [line for line in ended.stderr.splitlines() if line.startswith("RELEASES")]
    assert len(said) == 1
    assert "'backups'" in said[0]
    assert "name an empty or a new one" in said[0]
    assert snapshot(srv) == before


def test_a_checkout_is_refused_and_stays(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    for part in ("flows", "content", "bot"):
        shutil.copytree(ROOT / part, checkout / part, ignore=shutil.ignore_patterns("__pycache__"))
    age(checkout)
    before = snapshot(checkout)
    for folder in (checkout, checkout / "flows", checkout / "content" / "releases"):
        with pytest.raises(ForeignArchiveError):
            archive_release(checkout, folder, read(checkout).version)
    load_older_releases(checkout, "x", read)
    assert snapshot(checkout) == before


def test_what_the_bot_made_goes_when_it_is_old(archived: Path, version: str) -> None:
    assert (archived / version / OWN_MARKER).exists()
    release_archive.check_archive(archived)
    assert load_older_releases(archived, "x", read) == []
    assert list(archived.iterdir()) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda release: (release / "notes.txt").write_text("dear"),
        lambda release: (release / "content" / "photo.jpg").write_text("dear"),
        lambda release: (release / "content" / "page.md").write_text("dear"),
        lambda release: (release / "empty").mkdir(),
        lambda release: (release / "flows" / "link.yaml").symlink_to(release / OWN_MARKER),
        lambda release: (release / OWN_MARKER).write_text("{}"),
        lambda release: (release / "content" / "phrases.yaml").write_text("dear"),
    ],
)
def test_what_was_put_beside_it_or_changed_stays(
    archived: Path, version: str, change: Callable[[Path], object]
) -> None:
    change(archived / version)
    age(archived)
    before = snapshot(archived)
    assert load_older_releases(archived, "x", read) == []
    assert snapshot(archived) == before


@pytest.mark.parametrize(
    "stranger", [".git", "0" * 63, "0" * 64, "0" * 64 + "x", "a" * 64, ".hidden", f".{'a' * 64}.77"]
)
def test_a_name_alone_proves_nothing(archived: Path, stranger: str, version: str) -> None:
    (archived / stranger).mkdir()
    (archived / stranger / "letter.md").write_text("dear")
    age(archived)
    with pytest.raises(ForeignArchiveError, match=stranger):
        archive_release(content_root(), archived, version)
    load_older_releases(archived, version, read)
    assert (archived / stranger / "letter.md").read_text() == "dear"


def test_a_link_to_a_folder_elsewhere_is_not_followed(archived: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(archived, elsewhere)
    (release,) = elsewhere.iterdir()
    shutil.rmtree(archived / release.name)
    (archived / release.name).symlink_to(release)
    with pytest.raises(ForeignArchiveError):
        release_archive.check_archive(archived)


def test_a_file_system_of_its_own_may_be_the_archive(archived: Path) -> None:
    (archived / "lost+found").mkdir()
    release_archive.check_archive(archived)


def test_releases_of_the_version_before_are_taken_over_if_they_are_what_they_say(archived: Path, version: str) -> None:
    release = archived / version
    (release / OWN_MARKER).unlink()
    (release / "RECALLED").touch()
    age(archived)
    release_archive.check_archive(archived)
    assert (release / OWN_MARKER).exists()
    assert release.stat().st_mtime < time.time() - DAYS + HOUR, "it is as old as it was"
    load_older_releases(archived, "x", read)
    assert list(archived.iterdir()) == []


@pytest.mark.parametrize("file", ["content/phrases.yaml", "content/photo.jpg", "notes.md", "flows/.swp"])
def test_releases_of_the_version_before_are_refused_if_they_are_not(archived: Path, version: str, file: str) -> None:
    (archived / version / OWN_MARKER).unlink()
    (archived / version / file).write_text("dear")
    with pytest.raises(ForeignArchiveError, match=version):
        release_archive.check_archive(archived)
    assert (archived / version / file).read_text() == "dear"


def test_a_start_that_broke_off_in_the_copy_harms_no_other(
    tmp_path: Path, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(source: Path, target: Path) -> None:
        target.mkdir()
        shutil.copy(next(source.glob("*.yaml")), target)
        raise OSError(28, "No space left on device")

    archive = tmp_path / "releases"
    with monkeypatch.context() as patched:
        patched.setattr(release_archive.shutil, "copytree", broken)
        with pytest.raises(OSError, match="No space"):
            archive_release(content_root(), archive, version)
    archive_release(content_root(), archive, version)
    assert len(list(archive.iterdir())) == 2
    age(archive)
    load_older_releases(archive, version, read)
    assert [path.name for path in archive.iterdir()] == [version]
