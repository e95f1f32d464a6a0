"""What the languages that are still drafts say in English, for whoever checks the words."""

from collections import Counter
from collections.abc import Iterable, Iterator

from bot.problem import Problem
from bot.translation.made import NEW


def due(untranslated: Iterable[Problem]) -> Iterator[str]:
    """Each text that was made from older words, at its place; of those not there yet, how many in which file."""
    counts: Counter[str] = Counter()
    for problem in sorted(untranslated):
        if problem.slug == NEW:
            counts[problem.place.file] += 1
        else:
            yield f"{problem}\n"
    for file, count in counts.items():
        yield f"{file}: {count} {'text is' if count == 1 else 'texts are'} not translated yet"
