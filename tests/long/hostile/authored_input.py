"""What people write for the bot, gone bad: flows, pages, lists, clinics, translations. Read, or told what is wrong."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from functools import cache, partial
from io import StringIO
from pathlib import Path

from bot.__main__ import main
from bot.authoring.loader import BundleBuilder, content_root, load_single_flow
from bot.authoring.parsing.diagnostic_codes import CLINIC_DIAGNOSTIC_CODES, DIAGNOSTIC_CODES
from bot.authoring.parsing.source_file import INVISIBLE_CHARACTER_PATTERN, decode_source_file
from bot.authoring.translate.po_files import apply_po, to_po
from bot.authoring.translate.workspace import TranslationWorkspace
from bot.authoring.translate.writer import render_translation
from bot.clinics.registry import parse_registry
from bot.model.diagnostics import Diagnostic, DiagnosticsError
from bot.operations.errors import CommandError
from tests.long.hostile.area import Area, WrongOutcomeError
from tests.long.hostile.mutations import bent_lines
from tests.long.hostile.telegram_input import library
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


def told(problems: tuple[Diagnostic, ...] | list[Diagnostic]) -> str:
    """Every fault has its place and its sentence, and both can be printed."""
    if not problems:
        raise WrongOutcomeError("refused without a reason")
    for problem in problems:
        if (
            problem.code not in {**DIAGNOSTIC_CODES, **CLINIC_DIAGNOSTIC_CODES}
            or problem.location.line < 1
            or problem.location.column < 1
        ):
            raise WrongOutcomeError(f"a fault without a name or a place: {problem.code}")
    text = str(DiagnosticsError(problems))
    if any(map(INVISIBLE_CHARACTER_PATTERN.search, text.split("\n"))) or len(text) > 200_000:
        raise WrongOutcomeError("a fault that cannot be told")
    return "refused"


def flow(file: str, data: bytes) -> str:
    try:
        load_single_flow(data, file)
    except DiagnosticsError as faulty:
        return told(faulty.diagnostics)
    return "read"


def in_home(file: str, data: bytes) -> str:
    """The whole small home with this one file in place of the good one."""
    shelf = BundleBuilder(decode_source_file(name, data if name == file else good) for name, good in small().items())
    if problems := shelf.collect_diagnostics():
        return told(problems)
    shelf.build("a version")
    return "read"


def clinics(data: bytes) -> str:
    try:
        parse_registry(data, "clinics.yaml", library())
    except DiagnosticsError as faulty:
        return told(faulty.diagnostics)
    return "read"


# ---- PO files


@cache
def shop() -> TranslationWorkspace:
    folder = Path(tempfile.mkdtemp(prefix="confidante-hostile-"))
    for file, data in small().items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(data)
    made = TranslationWorkspace(folder, LANG)
    shutil.rmtree(folder)
    return made


def po(data: bytes) -> str:
    """A PO file is refused, or what it says is written so that it can be read again."""
    ours = shop()
    before = dict(ours.translations)
    try:
        apply_po(ours, data)
        files = {
            file: render_translation(thing, LANG, ours.translation_of(file))
            for file, thing in ours.originals.items()
            if file in before
        }
    except CommandError:
        return "refused"
    finally:
        ours.translations = before
    for file, text in files.items():
        if fault := decode_source_file(file, text.encode()).diagnostic:
            raise WrongOutcomeError(f"a translation was written that cannot be read: {fault.code}")
    return "taken over"


def catalogue() -> bytes:
    text = to_po(shop())
    return text.replace('msgstr ""', 'msgstr "algo"').replace('msgstr "algo"', 'msgstr ""', 1).encode()


def areas() -> Iterator[Area]:
    for name, file, data, share in (
        ("flows", "flows/other.yaml", small()["flows/other.yaml"], 8_000),
        ("long flows", SHIPPED, (content_root() / SHIPPED).read_bytes(), 400),
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
    example = (content_root() / "content" / "clinics.example.yaml").read_bytes()
    yield Area("clinics", "the clinics' file", (example,), bent_lines, clinics, 1_000, 0.5)
    yield Area("catalogues", "PO files", (catalogue(),), bent_lines, po, 300, 2.0)
