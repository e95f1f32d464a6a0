"""The command `python -m bot chats`: run the scenarios in flows/tests and list what none of them touches."""

from argparse import Namespace
from collections.abc import Iterator, Mapping

from bot.authoring.loader import home, load
from bot.authoring.scenarios.runner import Tried, read, try_out
from bot.model.bundle import Library
from bot.model.diagnostics import Place
from bot.proof.finding import Key
from bot.proof.report import told as in_full

FAULTY = 1


def run(_: Namespace) -> int:
    """Run all scenarios, print the report, and return 1 if there are findings, else 0."""
    library, atlas = load(home())
    tried = try_out(library, read(home(), library, atlas))
    for line in told(library, tried, {**atlas, **tried.places}):
        print(line)
    return FAULTY if tried.findings else 0


def told(library: Library, tried: Tried, atlas: Mapping[Key, Place]) -> Iterator[str]:
    """Yield each failed scenario with its chat, then each untouched option and outcome, then the coverage."""
    for finding in tried.findings:
        if finding.slug != "untouched":
            yield from (*in_full(library, atlas, finding), "")
    for key in (*tried.options, *tried.endings):
        place = atlas[key]
        yield f"{place.file}:{place.line}:{place.column}: no chat touches {'.'.join(map(str, key[:2]))}{_option(key)}"
    options, endings = tried.percents
    wanted = library.promises.tried
    yield (
        f"{tried.chats} chats touch {options} % of all options (at least {wanted.options} %) "
        f"and {endings} % of all endings (at least {wanted.endings} %)."
    )


def _option(key: Key) -> str:
    """Return ": OPTION" if *key* names an option, else ""."""
    return f": {key[2]}" if len(key) > 2 else ""
