"""How well the bot understands what people type, with every miss:  python -m tests.long.words

It trains five times, each time without a fifth of the scenarios, and judges those. The table goes to
tests/results/words.md.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from tests.support.paths import ROOT
from tests.support.words import (
    SHIPPING,
    Judged,
    danger_offered,
    destination_offered,
    false_alarms,
    is_checked,
    is_danger,
    judged,
    language_known,
    reached,
    wanted,
    whole,
)

RESULTS = ROOT / "tests" / "results" / "words.md"
OUTCOMES = ("danger", "check", "topic", "nothing")


def lines() -> Iterator[str]:
    every = judged()
    shipping = [one for one in every if one.is_shipping]
    others = [one for one in every if not one.is_shipping]
    yield "# What people type, and what the bot makes of it\n"
    yield f"`python -m tests.long.words`: {len(every):,} examples in five folds by scenario, unseen.\n"
    yield "| languages | messages | danger offered | false alarms | wanted destination among those offered |"
    yield "|---|---|---|---|---|"
    for name, some in (*((code, of(every, code)) for code in SHIPPING), ("both", shipping), ("others", others)):
        figures = (danger_offered(some), false_alarms(some), destination_offered(some))
        yield f"| {name} | {len(some):,} | {' | '.join(f'{figure:.1%}' for figure in figures)} |"
    yield "\n## Outcome\n"
    yield f"| what it was | {' | '.join(OUTCOMES)} |\n|---|{'---|' * len(OUTCOMES)}"
    subjects = (one for one in every if not is_danger(one) and not is_checked(one))
    kinds = {"danger": filter(is_danger, every), "check first": filter(is_checked, every), "a subject": subjects}
    for name, some in kinds.items():
        counts = Counter(one.outcome for one in some)
        yield f"| {name} | {' | '.join(str(counts[outcome]) for outcome in OUTCOMES)} |"
    yield from languages(every)
    yield from confusions(every)
    yield from misses(every)


def of(every: Sequence[Judged], code: str) -> list[Judged]:
    return [one for one in every if one.example.language == code]


def languages(every: Sequence[Judged]) -> Iterator[str]:
    yield "\n## Languages that it only recognises\n"
    yield "| language | messages | recognised |\n|---|---|---|"
    for code in sorted({one.example.language for one in every} & whole().vocabulary.heard.keys()):
        yield f"| {code} | {len(of(every, code))} | {language_known(every, code):.0%} |"
    mistaken = Counter(one.language for one in every if one.is_shipping and one.language)
    yield f"\nMessages in {' and '.join(SHIPPING)} that were taken for another language: {sum(mistaken.values())}."


def confusions(every: Sequence[Judged]) -> Iterator[str]:
    yield "\n## Taken for\n"
    yield "| intent | messages | likeliest intent, where the model decided |\n|---|---|---|"
    for intent in sorted({one.example.intent for one in every}):
        some = [one for one in every if one.example.intent == intent]
        taken = Counter(one.likeliest for one in some if one.likeliest)
        yield f"| {intent} | {len(some)} | {', '.join(f'{name} {count}' for name, count in taken.most_common(5))} |"


def misses(every: Sequence[Judged]) -> Iterator[str]:
    lists = {
        "Danger that was not offered help": [one for one in every if is_danger(one) and one.outcome != "danger"],
        "False alarms": [one for one in every if not is_danger(one) and one.outcome == "danger"],
        "Subjects whose destination was not offered": [
            one
            for one in every
            if not is_danger(one) and not is_checked(one) and one.outcome != "danger" and wanted(one.example)
            and not reached(one)
        ],
    }  # fmt: skip
    for title, some in lists.items():
        yield f"\n## {title}: {len(some)}\n"
        for one in sorted(some, key=lambda one: (one.example.language, one.example.intent, one.example.text)):
            made = f"{one.outcome} {' '.join(one.offered)}".strip()
            yield f"- {one.example.language}, {one.example.intent}: {one.example.text} → {made}"


if __name__ == "__main__":
    RESULTS.write_text("\n".join(lines()) + "\n", encoding="utf-8")
    print("\n".join(RESULTS.read_text(encoding="utf-8").split("## Outcome")[0].splitlines()))
