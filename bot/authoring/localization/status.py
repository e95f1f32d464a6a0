"""Report what draft languages still show in English, for the people who check the words."""

from collections import Counter
from collections.abc import Iterable, Iterator

from bot.authoring.localization.translation_file import NEW
from bot.model.diagnostics import Problem


def due(untranslated: Iterable[Problem]) -> Iterator[str]:
    """Return a line for each stale text, and one for each file with the number of texts not translated yet."""
    counts: Counter[str] = Counter()
    for problem in sorted(untranslated):
        if problem.slug == NEW:
            counts[problem.place.file] += 1
        else:
            yield f"{problem}\n"
    for file, count in counts.items():
        yield f"{file}: {count} {'text is' if count == 1 else 'texts are'} not translated yet"
