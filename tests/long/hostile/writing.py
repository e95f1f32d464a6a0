"""What people write for the bot, gone bad: flows, pages, lists, clinics, translations. Read, or told what is wrong."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from functools import cache, partial
from io import StringIO
from pathlib import Path

from bot.__main__ import main
from bot.authoring.loader import Shelf, flow_alone, home
from bot.authoring.parsing.diagnostic_codes import CLINIC_SLUGS, SLUGS
from bot.authoring.parsing.source_file import UNSEEN, sheet
from bot.authoring.translate.po_files import exported, imported
from bot.authoring.translate.workspace import Refused, Workshop
from bot.authoring.translate.writer import written
from bot.clinics.registry import registry
from bot.model.diagnostics import Faulty, Problem
from tests.long.hostile.area import Area, Wrong
from tests.long.hostile.mutating import bent_lines
from tests.long.hostile.talking import library
from tests.support.paths import DATA

GOOD = DATA / "diagnostics" / "good"
SHIPPED = "flows/pregnant.yaml"
LANG = "es"


@cache
def small() -> dict[str, bytes]:
    """A whole small home, with an empty Spanish, by file."""
    with tempfile.TemporaryDirectory() as folder:
        place = shutil.copytree(GOOD, Path(folder) / "home")
        with redirect_stdout(StringIO()):
            main(["translate", "new", LANG, "--name", "Español", "--home", str(place)])
        return {str(path.relative_to(place)): path.read_bytes() for path in sorted(place.rglob("*.*"))}


def told(problems: tuple[Problem, ...] | list[Problem]) -> str:
    """Every fault has its place and its sentence, and both can be printed."""
    if not problems:
        raise Wrong("refused without a reason")
    for problem in problems:
        if problem.slug not in {**SLUGS, **CLINIC_SLUGS} or problem.place.line < 1 or problem.place.column < 1:
            raise Wrong(f"a fault without a name or a place: {problem.slug}")
    text = str(Faulty(problems))
    if any(map(UNSEEN.search, text.split("\n"))) or len(text) > 200_000:
        raise Wrong("a fault that cannot be told")
    return "refused"


def flow(file: str, data: bytes) -> str:
    try:
        flow_alone(data, file)
    except Faulty as faulty:
        return told(faulty.problems)
    return "read"


def in_home(file: str, data: bytes) -> str:
    """The whole small home with this one file in place of the good one."""
    shelf = Shelf(sheet(name, data if name == file else good) for name, good in small().items())
    if problems := shelf.problems():
        return told(problems)
    shelf.library("a version")
    return "read"


def clinics(data: bytes) -> str:
    try:
        registry(data, "clinics.yaml", library())
    except Faulty as faulty:
        return told(faulty.problems)
    return "read"


# ---- PO files


@cache
def shop() -> Workshop:
    folder = Path(tempfile.mkdtemp(prefix="confidante-hostile-"))
    for file, data in small().items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(data)
    made = Workshop(folder, LANG)
    shutil.rmtree(folder)
    return made


def po(data: bytes) -> str:
    """A PO file is refused, or what it says is written so that it can be read again."""
    ours = shop()
    before = dict(ours.made)
    try:
        imported(ours, data)
        files = {file: written(thing, LANG, ours.of(file)) for file, thing in ours.originals.items() if file in before}
    except Refused:
        return "refused"
    finally:
        ours.made = before
    for file, text in files.items():
        if fault := sheet(file, text.encode()).fault:
            raise Wrong(f"a translation was written that cannot be read: {fault.slug}")
    return "taken over"


def catalogue() -> bytes:
    text = exported(shop())
    return text.replace('msgstr ""', 'msgstr "algo"').replace('msgstr "algo"', 'msgstr ""', 1).encode()


def areas() -> Iterator[Area]:
    for name, file, data, share in (
        ("flows", "flows/other.yaml", small()["flows/other.yaml"], 8_000),
        ("long flows", SHIPPED, (home() / SHIPPED).read_bytes(), 400),
    ):
        yield Area(name, f"{file}, read alone", (data,), bent_lines, partial(flow, file), share, 0.5)
    for name, files, share in (
        ("pages", [file for file in small() if file.endswith(".md") and file.count("/") == 1], 1_000),
        ("lists", [file for file in small() if file.endswith(".yaml") and file.count("/") == 1], 1_000),
        ("translations", [file for file in small() if file.count("/") == 2], 1_000),
    ):
        for file in files:
            attempt: Callable[[bytes], str] = partial(in_home, file)
            area = f"{name}: {Path(file).name}"
            yield Area(area, f"{file} in a whole home", (small()[file],), bent_lines, attempt, share // len(files), 0.5)
    example = (home() / "content" / "clinics.example.yaml").read_bytes()
    yield Area("clinics", "the clinics' file", (example,), bent_lines, clinics, 1_000, 0.5)
    yield Area("catalogues", "PO files", (catalogue(),), bent_lines, po, 300, 2.0)
