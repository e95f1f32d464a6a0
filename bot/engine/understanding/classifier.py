"""A small linear classifier over n-grams of letters and words, with whole-number weights: cheap, and explainable."""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import sqrt

from bot.model.understanding import LinearModel

LETTERS_OF_A_GRAM, WORDS_OF_A_GRAM = (2, 3, 4, 5), (1, 2, 3)
LETTERS_OF_A_LANGUAGE_GRAM = (1, 2, 3, 4)
MAX_GRAMS = 1200  # of one message; those that come first
WORD_MARK, SIGN_MARK, CONSTANT = "\x01", "\x02", "\x03"  # what sets grams of words, signs and the constant apart
LARGEST_EXPONENT = 30.0


def letter_grams(folded: str, sizes: Iterable[int] = LETTERS_OF_A_GRAM) -> Iterator[str]:
    """Yield every n-gram of letters of each word, with a space for the word's beginning and its end."""
    for word in dict.fromkeys(folded.split()):
        padded = f" {word} "
        for size in sizes:
            for start in range(len(padded) - size + 1):
                yield padded[start : start + size]


def word_grams(folded: str) -> Iterator[str]:
    """Yield every n-gram of words."""
    words = folded.split()
    for size in WORDS_OF_A_GRAM:
        for start in range(len(words) - size + 1):
            yield WORD_MARK + " ".join(words[start : start + size])


def intent_grams(folded: str, signs: Iterable[str] = ()) -> list[str]:
    """Return what tells an intent: the authors' *signs* that were found, n-grams of words, then those of letters."""
    grams = dict.fromkeys((CONSTANT, *(SIGN_MARK + sign for sign in signs), *word_grams(folded)))
    grams.update(dict.fromkeys(letter_grams(folded)))
    return list(grams)[:MAX_GRAMS]


def language_grams(folded: str) -> list[str]:
    """Return what tells a language: whole words, and n-grams of letters."""
    words = (WORD_MARK + word for word in folded.split())
    return list(dict.fromkeys((CONSTANT, *words, *letter_grams(folded, LETTERS_OF_A_LANGUAGE_GRAM))))[:MAX_GRAMS]


def bucket_of(gram: str, bits: int) -> int:
    """Return the bucket of *gram*, the same on every machine."""
    return zlib.crc32(gram.encode("utf-8", "surrogatepass")) & ((1 << bits) - 1)


def buckets_of(grams: Iterable[str], bits: int) -> list[int]:
    """Return the distinct buckets of *grams*, in order."""
    return list(dict.fromkeys(bucket_of(gram, bits) for gram in grams))


def scores(model: LinearModel, grams: Sequence[str]) -> list[float]:
    """Return a score for each label of *model*."""
    width, rows = len(model.labels), memoryview(model.weights).cast("b")
    buckets = buckets_of(grams, model.bucket_bits)
    if not buckets:
        return [0.0] * width
    totals = map(sum, zip(*(rows[bucket * width : (bucket + 1) * width] for bucket in buckets), strict=True))
    divisor = model.scale * sqrt(len(buckets))
    return [total / divisor for total in totals]


def probabilities(model: LinearModel, grams: Sequence[str]) -> dict[str, float]:
    """Return the probability of each label of *model*."""
    return dict(zip(model.labels, softmax(scores(model, grams)), strict=True))


def softmax(values: Sequence[float]) -> list[float]:
    """Return *values* as probabilities."""
    highest = max(values)
    powers = [power_of_e(value - highest) for value in values]
    total = sum(powers)
    return [power / total for power in powers]


def power_of_e(value: float) -> float:
    """Return about e to the power of *value*, at most 0: by multiplications alone, so the same on every machine."""
    if value < -LARGEST_EXPONENT:
        return 0.0
    power = 1.0 + value / 1024
    for _ in range(10):
        power *= power
    return power


def strongest_grams(model: LinearModel, grams: Sequence[str], label: str, count: int) -> list[tuple[str, int]]:
    """Return the *count* n-grams that speak most for *label*, each with its weight against the average label."""
    width, rows = len(model.labels), memoryview(model.weights).cast("b")
    column = model.labels.index(label)
    weights: Mapping[str, int] = {
        gram: rows[at + column] - sum(rows[at : at + width]) // width
        for gram in grams
        for at in (bucket_of(gram, model.bucket_bits) * width,)
    }
    strongest = sorted(weights, key=lambda gram: (-weights[gram], gram))[:count]
    return [(readable_gram(gram), weights[gram]) for gram in strongest if weights[gram] > 0]


def readable_gram(gram: str) -> str:
    """Return *gram* as an author can read it."""
    names: Mapping[str, str] = defaultdict(str, {WORD_MARK: "word ", SIGN_MARK: "sign ", CONSTANT: "always"})
    mark = names[gram[:1]]
    return f"{mark}{gram[1:]}" if mark else f"'{gram}'"
