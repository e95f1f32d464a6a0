"""The results as a document: how many edits of each kind, who refused them, and which were harmless, and why."""

import platform
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from bot.authoring.loader import content_root
from bot.authoring.parsing.content_folder import ContentFolder
from bot.proof.check_table import CHECK_CODES
from tests.long.unsafe_edits.second_opinion import PROMISES, QUICK, Opinion
from tests.long.unsafe_edits.verdicts import Verdict
from tests.support.paths import RESULTS

FILE = RESULTS / "mutants.md"
STUCK = ("loop", "stranded")
NOBODY = "nobody ends lower: the second prover finds no answers, from any way in, that now come to a less urgent ending"


@dataclass(frozen=True)
class Result:
    verdict: Verdict
    second: Opinion

    @property
    def refused(self) -> bool:
        return bool(self.verdict.by)

    @property
    def less_safe(self) -> bool:
        """Somebody ends lower or never, a promise to people is broken, or a text that must be there is gone."""
        by = self.verdict.by
        words_gone = bool(by) and by not in {*CHECK_CODES.values(), "chat"}
        return words_gone or by in {*PROMISES, *STUCK} or bool(self.second.lower)

    @property
    def escaped(self) -> bool:
        return self.less_safe and not self.refused


def write(results: list[Result], seed: int) -> None:
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text("\n".join(document(results, seed)) + "\n", encoding="utf-8")


def document(results: list[Result], seed: int) -> Iterator[str]:
    unsafe = [result for result in results if result.less_safe]
    caught = [result for result in unsafe if result.refused]
    yield "# Unsafe edits of the shipped flows\n"
    version = ContentFolder(content_root()).version[:12]
    yield f"{date.today()}, Python {platform.python_version()}, seed {seed}, flows {version}."
    command = f"`python -m tests.long.unsafe_edits --seed {seed}`"
    yield f"Again: {command}; `--short` tries some 40. Some 30 run with the tests.\n"
    yield f"**{len(unsafe)} edits made the flows less safe, and {len(caught)} of them were refused"
    yield f"({100 * len(caught) // len(unsafe)} %).** {len(results)} edits were tried, each on its own."
    yield "Less safe: somebody ends lower or never, a promise to people is broken, or a text that must stand there"
    yield "is gone.\n"
    yield "## By kind\n"
    yield from _table(results)
    yield "\n## Who refused them\n"
    yield from (f"* {by}: {count}" for by, count in Counter(r.verdict.by for r in results if r.refused).most_common())
    yield "\n## The second prover\n"
    yield from _second(results)
    yield from _lists(results)


def _table(results: list[Result]) -> Iterator[str]:
    yield "| kind | tried | less safe | of these refused | harmless | of these refused all the same |"
    yield "|---|---|---|---|---|---|"
    for kind in dict.fromkeys(result.verdict.mutant.kind for result in results):
        some = [result for result in results if result.verdict.mutant.kind == kind]
        unsafe = [result for result in some if result.less_safe]
        fine = [result for result in some if not result.less_safe]
        counts = len(some), len(unsafe), sum(r.refused for r in unsafe), len(fine), sum(r.refused for r in fine)
        yield f"| {kind} | {' | '.join(map(str, counts))} |"


def _second(results: list[Result]) -> Iterator[str]:
    told = Counter(result.second.agrees for result in results)
    yield f"A SAT solver (`tests/support/sat_prover`) agrees on {told[True]} verdicts and disputes {told[False]}."
    yield f"On {told[None]} it has no say: the reader or the rules of speech refused them, or arrows led in a circle."
    yield "Where the first prover refuses, the second must find the same promise broken. Else it doubts once more:"
    yield f"{', '.join(QUICK)}; and it looks for anybody who ends lower than before."


def _lists(results: list[Result]) -> Iterator[str]:
    fine = [result for result in results if not result.less_safe]
    yield f"\n## Harmless, and let through ({sum(not result.refused for result in fine)})\n"
    yield f"For each of them {NOBODY}; and both provers find that every promise holds.\n"
    yield from _names(result for result in fine if not result.refused)
    yield f"\n## Harmless to people, and refused all the same ({sum(result.refused for result in fine)})\n"
    yield "Nobody ends lower, but something was left that nobody can use, or a chat beside the flows came otherwise.\n"
    yield from _names(result for result in fine if result.refused)
    yield "\n## Less safe, and refused by a chat beside the flows alone\n"
    yield "No promise speaks of these; `check` refuses them all the same.\n"
    yield from _names(result for result in results if result.less_safe and result.verdict.by == "chat")
    yield "\n## Not refused\n"
    yield from list(_names(result for result in results if result.escaped)) or ["None."]


def _names(results: Iterable[Result]) -> Iterator[str]:
    for result in results:
        by, lower = result.verdict.by, result.second.lower
        yield f"* {result.verdict.mutant.name}{f' — {by}' if by else ''}{f' — {lower}' if lower else ''}"
