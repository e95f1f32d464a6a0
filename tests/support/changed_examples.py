"""The prover's examples with some of their words changed, and with small flows beside them."""

from bot.authoring.loader import BundleBuilder, content_root
from bot.authoring.parsing.source_file import decode_source_file
from bot.model.bundle import ContentBundle
from bot.model.diagnostics import SourceMap
from tests.support.paths import DATA

EXAMPLES = DATA / "proof"
Change = tuple[str, str, str]  # file, before, after
USUAL = """flow: usual
title: What is usual
version: "1"
checked: 2026-11-22
sources: [S01]
information: [being_seen]
start: end
states:
  end:
    outcome: routine
    say: It is usual.
    safety_net: Be seen sooner if it gets worse.
    learn: being_seen
"""
ASKS = USUAL.replace("information: [being_seen]\n", "")  # the same flow, which means what it says
MIDDLE = """flow: middle
title: In between
version: "1"
checked: 2026-11-22
sources: [S01]
start: more
states:
  more:
    run: usual
    goto: back
  back:
    return: nobody comes here
"""
INFORMS: tuple[Change, ...] = (  # who has spots is asked nothing more, and given something to read
    ("chooser.yaml", "      spots: {text: Spots, at_least: soon 7 days}", "      spots: {text: Spots, goto: usual}"),
    ("chooser.yaml", "states:\n", "states:\n  usual:\n    run: usual\n    goto: visit\n"),
)


def made(*changes: Change, of: str = "clean", **more: str) -> tuple[ContentBundle, SourceMap]:
    """An example with some of its words changed, and *more* flows."""
    files = {
        path.name: path.read_text(encoding="utf-8") for one in ("clean", of) for path in (EXAMPLES / one).glob("*.yaml")
    }
    for file, before, after in changes:
        assert before in files[file]
        files[file] = files[file].replace(before, after, 1)
    files |= {f"{name}.yaml": text for name, text in more.items()}
    content = {name: (content_root() / "content" / name).read_bytes() for name in ("phrases.yaml", "being_seen.md")}
    sheets = [decode_source_file(f"flows/{name}", text.encode()) for name, text in files.items()]
    shelf = BundleBuilder((*sheets, *(decode_source_file(f"content/{name}", data) for name, data in content.items())))
    assert shelf.collect_diagnostics() == []
    return shelf.build(""), shelf.source_map()
