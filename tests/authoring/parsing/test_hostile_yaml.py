"""Whatever lies in a flow file, reading it gives a flow or its problems: no crash, no wait, and nothing is run."""

import random
import re
import string
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.authoring.loader import BundleBuilder, load_single_flow
from bot.authoring.parsing import yaml_nodes as nodes
from bot.authoring.parsing.diagnostic_codes import DIAGNOSTIC_CODES
from bot.authoring.parsing.source_file import decode_source_file
from bot.model.diagnostics import DiagnosticsError
from bot.model.flow import Flow, Question
from tests.support.paths import DATA

HOME = DATA / "diagnostics" / "good"
GOOD = (HOME / "flows" / "other.yaml").read_text()
FILE = "flows/other.yaml"
BLINK = 0.1  # seconds for any file at all
MEGABYTE = 1 << 20


def head(value: str) -> bytes:
    """The good flow with *value* as its title, as it would be typed."""
    return GOOD.replace("A flow that another one runs", value).encode()


def option(typed: str) -> bytes:
    """The good flow with one more option, as it would be typed."""
    return GOOD.replace("      not_sure", f"      {typed}\n      not_sure").encode()


def rows(row: str, count: int) -> bytes:
    """*row* again and again, each with its number."""
    return "".join(row.format(number, number) + "\n" for number in range(count)).encode()


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
GENERAL_TAGS = "".join(f"%TAG !{n}! b\n" for n in range(60_000))

REFUSED: dict[str, tuple[str, bytes]] = {
    "alias bomb": ("anchor", BOMB.encode()),
    "an anchor on itself": ("anchor", head("&a [*a]")),
    "merge key": ("anchor", GOOD.replace("states:", "<<: *base\nstates:").encode()),
    "200,000 anchors": ("too-many-faults", b"- &a\n" * 200_000),
    "3,000 brackets": ("too-deep", b"[" * 3_000),
    "a megabyte of brackets": ("too-deep", b"[" * MEGABYTE),
    "3,000 braces": ("too-deep", b"{a: " * 3_000),
    "3,000 braces as keys": ("too-deep", b"{" * 3_000),
    "3,000 dashes": ("too-deep", b"- " * 3_000),
    "3,000 question marks": ("too-deep", b"? " * 3_000),
    "block tables, 1,000 deep": ("too-deep", "\n".join(" " * n + "a:" for n in range(1_000)).encode()),
    "brackets in a guard": ("too-deep", GOOD.replace("states:", f"rules: {'[' * 500}\nstates:").encode()),
    "`not` in `not` in `not`": ("too-deep", f"rules: [{{when: {'{not: ' * 500}".encode()),
    "more than a megabyte": ("too-large", GOOD.encode() + b"#" * MEGABYTE),
    "100,000 keys": ("too-large", rows("{}: x", 100_000)),
    "300,000 items": ("too-large", b"[" + b"a, " * 300_000 + b"]"),
    "as many states as fit": ("too-many-faults", GOOD.encode() + rows("  s{}: {{}}", 3_900)),
    "as many lost names as fit": ("too-many-faults", GOOD.encode() + rows("  s{}: {{say: x, goto: t{}}}", 1_300)),
    "as many unknown keys as fit": ("too-many-faults", GOOD.encode() + rows("key{}: x", 3_900)),
    "as many anchors as fit": ("too-many-faults", GOOD.encode() + rows("key{}: &a x", 3_900)),
    "the same key 3,900 times": ("twice", GOOD.encode() + rows("flow: other", 3_900)),
    "a megabyte of open braces in a text": ("unknown-placeholder", head('"' + "{" * (MEGABYTE - 2_000) + '"')),
    "a megabyte of placeholders": ("unknown-placeholder", head('"' + "{x}" * (MEGABYTE // 3 - 1_000) + '"')),
    "a line of a megabyte": ("unknown-key", GOOD.encode() + b"x" * 900 + b": " + b"x" * 900_000),
    "a name of a megabyte": ("name", GOOD.replace("flow: other", "flow: " + "x" * 900_000).encode()),
    "a quote of a megabyte, unclosed": ("not-yaml", b'flow: "' + b"x" * 1_000_000),
    "a megabyte of colons": ("not-yaml", b"a: " + b":" * 1_000_000),
    "a megabyte of %TAG": ("tag", GENERAL_TAGS.encode()),
    "a megabyte of documents": ("documents", b"flow: x\n" + b"---\n" * 200_000),
    "python/object": ("tag", head("!!python/object/apply:os.system ['touch hacked']")),
    "python/name": ("tag", head("!!python/name:os.system x")),
    "python/module as a key": ("tag", b"!!python/module:os {}: x"),
    "a tag of one's own": ("tag", head("!clinic x")),
    "!!binary": ("tag", head("!!binary aGVsbG8=")),
    "a verbatim tag": ("tag", head("!<tag:yaml.org,2002:str> x")),
    "%YAML": ("tag", b"%YAML 1.1\n---\n" + GOOD.encode()),
    "NUL": ("control-character", head("a\0b")),
    "a bell": ("control-character", head("a\x07b")),
    "text turned around": ("control-character", head("a\u202eb")),
    "a line break that no editor shows": ("control-character", head("a\u2028b")),
    "UTF-16": ("not-utf8", GOOD.encode("utf-16")),
    "UTF-16 without its mark": ("control-character", GOOD.encode("utf-16-le")),
    "Latin-1": ("not-utf8", GOOD.replace("back", "zurück").encode("latin-1")),
    "half a character": ("not-utf8", GOOD.encode() + b"# \xed\xa0\x80"),
    "an overlong slash": ("not-utf8", GOOD.encode() + b"# \xc0\xaf"),
    "nothing": ("empty", b""),
    "only a remark": ("empty", b"# soon\n"),
    "only a mark": ("empty", b"\xef\xbb\xbf"),
    "a text": ("not-a-table", b"Hello."),
    "a list": ("not-a-table", b"- flow: other\n"),
    "JSON's null": ("not-a-table", b"null"),
    "two documents": ("documents", GOOD.encode() + b"---\n" + GOOD.encode()),
    "duplicate key": ("twice", GOOD.replace("back\n", "back\n    goto: asked\n", 1).encode()),
    "unknown key": ("unknown-key", GOOD.encode() + b"eval: 1 + 1\n"),
    "tab": ("tab", GOOD.replace("    why", "\twhy").encode()),
    "unclosed quote": ("not-yaml", head('"open')),
    "unclosed apostrophe": ("not-yaml", head("'open")),
    "unclosed bracket": ("not-yaml", head("[open")),
    "a colon in a text": ("not-yaml", head("one: two: three")),
    "an at sign": ("not-yaml", head("@home")),
    "a backslash": ("not-yaml", head('"\\q"')),
    "a table as a key": ("not-text", GOOD.encode() + b"? {a: b}\n: c\n"),
    "format string": ("unknown-placeholder", head('"{0.__class__}"')),
    "a template": ("unknown-placeholder", head('"{{ 7 * 7 }}"')),
    "a path as a page": ("name", option("yes_please: {text: Yes, learn: ../../etc/passwd}")),
    "a path as a flow": ("name", GOOD.replace("return: to whoever asked", "run: ../secret\n    goto: asked").encode()),
    "a callback as a state": ("unknown-state", GOOD.replace("goto: back", "goto: os.system").encode()),
}  # fmt: skip

READ: dict[str, tuple[str, bytes]] = {
    "no is an option": ("No", GOOD.replace('no: "No"', "no: No").encode()),
    "a time of day": ("22:30", option("at_night: 22:30")),
    "a number with a nought": ("1.10", option("ten: 1.10")),
    "an octal number": ("0o17", option("eight: 0o17")),
    "a day": ("2026-11-22", option("day: 2026-11-22")),
    "not a number": (".nan", option("nan: .nan")),
    "null": ("null", option("nothing: null")),
    "a percent sign": ("100 %", option("all: 100 %")),
    "another script": ("Да, немного", option("other: {text: 'Да, немного'}")),
    "a family of emoji": ("👩‍👩‍👧", option("family: 👩‍👩‍👧")),
    "Windows line ends": ("Yes", GOOD.replace("\n", "\r\n").encode()),
    "a byte order mark": ("Yes", b"\xef\xbb\xbf" + GOOD.encode()),
    "one mark of a document": ("Yes", b"---\n" + GOOD.encode()),
    "comments": ("Yes", GOOD.replace("\n", "  # &a *b !c {d\n").encode()),
}


def outcome(data: bytes) -> Flow | DiagnosticsError:
    try:
        return load_single_flow(data, FILE)
    except DiagnosticsError as faulty:
        return faulty


def in_a_blink(data: bytes) -> Flow | DiagnosticsError:
    """The flow or its problems, as quickly as files must be read; the best of three, as machines have other work."""
    took = []
    for _ in range(3):
        began = time.process_time()
        result = outcome(data)
        took.append(time.process_time() - began)
        if took[-1] < BLINK:
            return result
    pytest.fail(f"took {min(took):.3f} s")


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    slug, data = REFUSED[name]
    faulty = in_a_blink(data)
    assert isinstance(faulty, DiagnosticsError)
    assert slug in {problem.code for problem in faulty.diagnostics}
    assert all(problem.location.line >= 1 and problem.location.column >= 1 for problem in faulty.diagnostics)
    assert len(str(faulty)) < 100_000
    assert all(line.isprintable() for line in str(faulty).split("\n"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", READ)
def test_read_as_it_was_typed(name: str) -> None:
    text, data = READ[name]
    flow = in_a_blink(data)
    assert isinstance(flow, Flow), flow
    asked = flow.states["asked"]
    assert isinstance(asked, Question)
    assert text in [option.text for option in asked.options]


@pytest.mark.parametrize("name", [name for name, (_, data) in REFUSED.items() if len(data) < 20_000])
def test_refused_without_libyaml_too(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where PyYAML was built without libyaml its own parser reads: slower, but no more generous."""
    monkeypatch.setattr(nodes, "YAML_LOADER", yaml.SafeLoader)
    slug, data = REFUSED[name]
    with pytest.raises(DiagnosticsError) as refused:
        load_single_flow(data, FILE)
    assert slug in {problem.code for problem in refused.value.diagnostics}


def heard(data: bytes) -> None:
    """A flow, or problems that can be told: nothing else may come of *data*."""
    result = outcome(data)
    if isinstance(result, DiagnosticsError):
        assert result.diagnostics
        assert {problem.code for problem in result.diagnostics} <= DIAGNOSTIC_CODES.keys()
        assert str(result).encode()


YAMLISH = st.text(alphabet=string.ascii_lowercase[:6] + " \n\t:-?[]{},&*!|>'\"%@`#<=~\\0", max_size=200)
LINES = GOOD.splitlines()


@settings(max_examples=300, deadline=None)
@given(st.text() | YAMLISH | st.binary())
def test_any_file_at_all(data: str | bytes) -> None:
    heard(data if isinstance(data, bytes) else data.encode())


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(LINES) - 1), YAMLISH)
def test_any_line_in_a_good_flow(number: int, line: str) -> None:
    heard("\n".join([*LINES[:number], line, *LINES[number + 1 :]]).encode())


def accident(text: str, chance: random.Random) -> bytes:
    """*text* with lines deleted, doubled, swapped, shifted or mistyped: as editors and merges do it."""
    lines = text.splitlines()
    for _ in range(chance.randint(1, 4)):
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        match chance.randrange(6):
            case 0:
                del lines[at]
            case 1:
                lines.insert(other, lines[at])
            case 2:
                lines[at], lines[other] = lines[other], lines[at]
            case 3:
                lines[at] = " " * chance.randint(0, 6) + lines[at].strip()
            case 4:
                lines[at] = re.sub(r"\w", chance.choice("x{[:\"'&*#"), lines[at], count=1)
            case 5:
                lines[at] = lines[at][: chance.randint(0, len(lines[at]))]
    return "\n".join(lines).encode()


@pytest.mark.parametrize("seed", range(300))
def test_a_good_flow_after_an_accident(seed: int) -> None:
    heard(accident(GOOD, random.Random(seed)))


FILES = {str(path.relative_to(HOME)): path.read_bytes() for path in sorted(HOME.rglob("*.*"))}


@pytest.mark.parametrize("file", FILES)
def test_any_good_file_after_an_accident(file: str) -> None:
    """Pages, phrases, numbers and red flags too: the whole home is read, or its problems are told."""
    chance = random.Random(file)
    for _ in range(100):
        broken = {**FILES, file: accident(FILES[file].decode(), chance)}
        shelf = BundleBuilder(decode_source_file(name, data) for name, data in broken.items())
        if not shelf.collect_diagnostics():
            shelf.build("a version")
