"""The command `python -m bot safety-case`: the safety document, from data and today's results."""

import sys
from argparse import Namespace
from datetime import date
from pathlib import Path

from bot.authoring.loader import home, load
from bot.authoring.safety_case.contents import Today, html, markdown, sections
from bot.authoring.safety_case.controls import FILE, read, unheld
from bot.authoring.scenarios.runner import read as read_chats
from bot.authoring.scenarios.runner import try_out
from bot.proof.prover import prove

NAME = "safety-case"
HOLDS, BROKEN, FAILED = 0, 1, 2


def run(options: Namespace) -> int:
    """Write the safety case; return 0 if all holds today, 1 if a promise, control or scenario fails, 2 if no log."""
    root, day = home(), date.today()
    if (log := read(root)) is None:
        print(f"There is no {FILE}, and so nothing to make a safety case of.", file=sys.stderr)
        return FAILED
    library, atlas = load(root, day.isoformat())
    proof, tried = prove(library), try_out(library, read_chats(root, library, atlas))
    lost = list(unheld(root, library, log))
    found = list(sections(log, Today(library, atlas, proof, tried.chats, len(lost), day)))
    if options.out:
        folder = Path(options.out)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{NAME}.md").write_text(markdown(found), encoding="utf-8")
        (folder / f"{NAME}.html").write_text(html(found), encoding="utf-8")
    else:
        print(markdown(found), end="")
    for problem in lost:
        print(problem, file=sys.stderr)
    return HOLDS if proof.holds and not lost and not tried.findings else BROKEN
