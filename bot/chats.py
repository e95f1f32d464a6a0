"""`python -m bot chats`: the chats of flows/tests alone, and everything that none of them touches."""

from argparse import Namespace
from collections.abc import Iterator, Mapping

from bot.library import Library
from bot.loading import home, load
from bot.problem import Place
from bot.proof.finding import Key
from bot.proof.telling import told as in_full
from bot.trying import Tried, read, try_out

FAULTY = 1


def run(_: Namespace) -> int:
    library, atlas = load(home())
    tried = try_out(library, read(home(), library, atlas))
    for line in told(library, tried, {**atlas, **tried.places}):
        print(line)
    return FAULTY if tried.findings else 0


def told(library: Library, tried: Tried, atlas: Mapping[Key, Place]) -> Iterator[str]:
    """Every chat that came otherwise than was written, with what was said in it; then what no chat touches."""
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
    return f": {key[2]}" if len(key) > 2 else ""
