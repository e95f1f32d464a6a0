"""Broken files, and what their authors are told: one for every fault that the reader knows.

`tests/data/diagnostics/good` is a small home in which nothing is wrong. Each slug breaks a copy of it: `<slug>.yaml`
joins it as flows/example.yaml, `<slug>.md` as content/example.md, and a folder `<slug>/` is laid over it. What cannot
be kept in a repository (a megabyte, a link, a missing file) is planted below. `<slug>.txt` holds the golden words.

After a change of words:  REWRITE=1 python -m pytest tests/authoring/parsing/test_diagnostics.py and then read the
diff as an author would. CI never rewrites.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.authoring.loader import load_bundle
from bot.authoring.parsing.diagnostic_codes import DIAGNOSTIC_CODES
from bot.model.diagnostics import DiagnosticsError
from tests.support.paths import DATA

FAULTS = DATA / "diagnostics"
GOOD = FAULTS / "good"
REWRITE, IN_CI = bool(os.environ.get("REWRITE")), bool(os.environ.get("CI"))


def _not_found(home: Path) -> None:
    (home / "content" / "numbers.yaml").unlink()


def _unreadable(home: Path) -> None:
    os.mkfifo(home / "flows" / "example.yaml")


def _outside(home: Path) -> None:
    (home / "flows" / "example.yaml").symlink_to(Path(__file__))
    (home / "flows" / "circle.yaml").symlink_to(home / "flows" / "circle.yaml")


def _too_large(home: Path) -> None:
    (home / "flows" / "example.yaml").write_bytes(b"# words, words, words\n" * 50_000)
    (home / "flows" / "parts.yaml").write_text("flow: [" + "a, " * 30_000 + "a]")


PLANTED: dict[str, Callable[[Path], None]] = {
    "not-found": _not_found,
    "unreadable": _unreadable,
    "outside": _outside,
    "too-large": _too_large,
}


def broken(slug: str, home: Path) -> Path:
    """A copy of the good home at *home* with one fault in it."""
    shutil.copytree(GOOD, home)
    if plant := PLANTED.get(slug):
        plant(home)
    elif (folder := FAULTS / slug).is_dir():
        shutil.copytree(folder, home, dirs_exist_ok=True)
    elif (page := FAULTS / f"{slug}.md").exists():
        shutil.copy(page, home / "content" / "example.md")
    else:
        shutil.copy(FAULTS / f"{slug}.yaml", home / "flows" / "example.yaml")
    return home


def test_the_good_home_is_good() -> None:
    library, atlas = load_bundle(GOOD)
    assert {*library.flows["en"]} == {*library.machines} == {"good", "other"}
    assert atlas["good", "amount", "spots"].source_line.strip() == 'spots: {text: "22:30", learn: good_page}'
    assert atlas["good", "rule", 1].line == atlas["good", "rule", 0].line + 3


@pytest.mark.parametrize("slug", DIAGNOSTIC_CODES)
def test_an_author_is_told(slug: str, tmp_path: Path) -> None:
    with pytest.raises(DiagnosticsError) as refused:
        load_bundle(broken(slug, tmp_path / "home"))
    told, golden = f"{refused.value}\n", FAULTS / f"{slug}.txt"
    assert f"[{slug}]" in told
    if REWRITE:
        assert not IN_CI, "golden words are rewritten by people, who read them"
        golden.write_text(told)
    assert told == golden.read_text()


def test_every_golden_has_its_slug() -> None:
    """A slug without golden words fails above; here are the golden words without a slug."""
    assert {path.stem for path in FAULTS.iterdir()} - {"good"} == DIAGNOSTIC_CODES.keys()


def test_the_place_is_where_the_caret_is(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticsError) as refused:
        load_bundle(broken("unknown-state", tmp_path / "home"))
    places = [problem.location for problem in refused.value.diagnostics]
    pointed = [place.source_line[place.column - 1 :][: place.width] for place in places]
    assert pointed == ["beginning", "todya"]


def refused(home: Path) -> dict[str, set[str]]:
    """The slugs of what is wrong in each file under *home*."""
    with pytest.raises(DiagnosticsError) as faulty:
        load_bundle(home)
    assert all(line.isprintable() for line in str(faulty.value).split("\n"))
    slugs: dict[str, set[str]] = {}
    for problem in faulty.value.diagnostics:
        slugs.setdefault(problem.location.file, set()).add(problem.code)
    return slugs


PLAIN = (
    "-rf.yaml CON.yaml A.yaml a-b.yaml a..yaml a.b.yaml other.yaml.yaml 1.yaml _begin.yaml urgency.yaml ~.yaml é.yaml"
)
ODD = (
    "$(id).yaml ;id.yaml %2e%2e.yaml <b>.yaml {x}.yaml '.yaml C:\\good.yaml a\u202eb.yaml a\x1b[31mb.yaml a\udcff.yaml"
)
OTHER = "new.yml new.YAML new.json new new.yaml~ new.yaml.bak #new.yaml# readme.md"
NAMES = [*PLAIN.split(), *ODD.split(), *OTHER.split(), "a b.yaml", "a\nb.yaml"]


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name(name: str, tmp_path: Path) -> None:
    """No file gets in by its name, and its name does no harm where it is told."""
    home = shutil.copytree(GOOD, tmp_path / "home")
    (home / "flows" / name).write_text((GOOD / "flows" / "other.yaml").read_text())
    (slugs,) = refused(home).values()
    assert slugs <= {"name", "stray", "too-long"}


@pytest.mark.parametrize("target", ["/etc/passwd", "/dev/zero", "../../secret.yaml", "../.env", "../content", "."])
def test_a_link_that_leads_out(target: str, tmp_path: Path) -> None:
    """Not even into the project, whose other files are nobody's business; and nothing of them is quoted."""
    home = shutil.copytree(GOOD, tmp_path / "home")
    for file in (home / ".env", tmp_path / "secret.yaml"):
        file.write_text("TELEGRAM_TOKEN: secret")
    (home / "flows" / "example.yaml").symlink_to(target)
    assert refused(home)["flows/example.yaml"] <= {"outside", "stray"}


def test_a_whole_folder_that_is_a_link(tmp_path: Path) -> None:
    home = shutil.copytree(GOOD, tmp_path / "home")
    (home / "flows").rename(tmp_path / "flows")
    (home / "flows").symlink_to(tmp_path / "flows")
    assert refused(home)["flows/good.yaml"] == {"outside"}


def test_a_missing_folder(tmp_path: Path) -> None:
    assert refused(tmp_path) == {"flows": {"not-found"}, "content": {"not-found"}}


def test_the_version_is_every_byte_and_name(tmp_path: Path) -> None:
    home = shutil.copytree(GOOD, tmp_path / "home")
    for hidden in ("README.md", ".good.yaml.swp", "..yaml", "..%2fgood.yaml"):  # nothing of this is read
        (home / "flows" / hidden).write_bytes(b"\0")
    versions = [load_bundle(GOOD)[0].version, load_bundle(home)[0].version]
    assert versions[0] == versions[1]
    with (home / "content" / "phrases.yaml").open("a") as opened:
        opened.write("\n")
    versions.append(load_bundle(home)[0].version)
    (home / "content" / "good_page.md").rename(home / "content" / "page.md")
    for flow in (home / "flows").iterdir():
        flow.write_bytes(flow.read_bytes().replace(b"good_page", b"page"))
    versions.append(load_bundle(home)[0].version)
    assert len(set(versions)) == 3
