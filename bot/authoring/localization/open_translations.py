"""Report what draft languages still show in English, for the people who check the words."""

from collections import Counter
from collections.abc import Iterable, Iterator

from bot.authoring.localization.translation_file import UNTRANSLATED
from bot.model.diagnostics import Diagnostic


def describe_open_translations(untranslated: Iterable[Diagnostic]) -> Iterator[str]:
    """Return a line for each stale text, and one for each file with the number of texts not translated yet."""
    counts: Counter[str] = Counter()
    for diagnostic in sorted(untranslated):
        if diagnostic.code == UNTRANSLATED:
            counts[diagnostic.location.file] += 1
        else:
            yield f"{diagnostic}\n"
    for file, count in counts.items():
        yield f"{file}: {count} {'text is' if count == 1 else 'texts are'} not translated yet"
