"""Training of the classifiers from the authors' examples: in plain Python, with the same bytes on every machine.

Only additions, multiplications, divisions and square roots are used, in a fixed order: these are exact to the last bit
wherever Python runs.
"""

from collections.abc import Sequence
from hashlib import sha256
from math import sqrt
from random import Random

from bot.engine.understanding.classifier import buckets_of, intent_grams, language_grams, softmax
from bot.engine.understanding.folding import read_typed
from bot.engine.understanding.hearing import signs_in
from bot.model.understanding import (
    DANGER_INTENT_PREFIX,
    Example,
    IntentModel,
    LinearModel,
    Vocabulary,
)

BUCKET_BITS, LANGUAGE_BUCKET_BITS = 13, 12
TRAINING_ROUNDS, FIRST_STEP, STEP_DECAY = 14, 8.0, 0.25
LEAST_CHANGE = 0.004  # of a probability: a label whose error is smaller is left alone
SEED = 16
LARGEST_WEIGHT = 127
Sample = tuple[list[int], int]


def train(vocabulary: Vocabulary) -> IntentModel:
    """Return the models trained from the examples, and from the words of each language."""
    return IntentModel(
        training_digest(vocabulary),
        train_intents(vocabulary),
        train_languages(vocabulary),
    )


def training_digest(vocabulary: Vocabulary) -> str:
    """Return the digest of all that the models are trained from, and of how."""
    how = (BUCKET_BITS, LANGUAGE_BUCKET_BITS, TRAINING_ROUNDS, FIRST_STEP, STEP_DECAY, LEAST_CHANGE, SEED)
    heard = [(one.code, one.common, one.say, one.help, sorted(one.danger.items())) for one in vocabulary.heard.values()]
    words = [
        (one.language, sorted(one.kinds.items()), sorted(one.signs.items()), one.negated, one.between)
        for one in vocabulary.danger.values()
    ]
    parts = (how, vocabulary.examples, sorted(heard), sorted(words))
    return sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def authored_examples(vocabulary: Vocabulary) -> list[Example]:
    """Return the phrases of danger as examples of their kinds."""
    lists = [(words.language, words.kinds) for words in vocabulary.danger.values()]
    lists += [(language.code, language.danger) for language in vocabulary.heard.values()]
    return [
        Example("", code, f"{DANGER_INTENT_PREFIX}{kind}", phrase)
        for code, kinds in lists
        for kind, phrases in kinds.items()
        for phrase in phrases
    ]


def train_intents(vocabulary: Vocabulary) -> LinearModel:
    """Return the model of intents, trained from the examples alone.

    The phrases of danger are heard without it; with them among the examples it would take too much for danger.
    """
    labels = tuple(sorted({example.intent for example in vocabulary.examples}))
    samples = []
    for example in vocabulary.examples:
        typed = read_typed(example.text)
        grams = intent_grams(typed.classified, signs_in(vocabulary, typed))
        samples.append((buckets_of(grams, BUCKET_BITS), labels.index(example.intent)))
    return _train(labels, samples, BUCKET_BITS)


def train_languages(vocabulary: Vocabulary) -> LinearModel:
    """Return the model of languages, trained from all texts that are known to be in one."""
    texts = [(example.language, example.text) for example in (*vocabulary.examples, *authored_examples(vocabulary))]
    for language in vocabulary.heard.values():
        texts += [(language.code, text) for text in (*language.common, language.say, language.help)]
    labels = tuple(sorted({code for code, _ in texts}))
    samples = [
        (buckets_of(language_grams(read_typed(text).classified), LANGUAGE_BUCKET_BITS), labels.index(code))
        for code, text in texts
    ]
    return _train(labels, samples, LANGUAGE_BUCKET_BITS)


def _train(labels: tuple[str, ...], samples: Sequence[Sample], bits: int) -> LinearModel:
    """Return the model of *labels* after logistic regression by gradient descent, one sample after the other."""
    width = len(labels)
    weights = [[0.0] * width for _ in range(1 << bits)]
    order, random = list(range(len(samples))), Random(SEED)  # noqa: S311 (no secret: an order that is always the same)
    for turn in range(TRAINING_ROUNDS):
        random.shuffle(order)
        step = FIRST_STEP / (1.0 + STEP_DECAY * turn)
        for number in order:
            _learn(weights, *samples[number], step)
    return _quantized(labels, weights, bits)


def _learn(weights: list[list[float]], buckets: list[int], label: int, step: float) -> None:
    """Move the weights of one sample's *buckets* towards its *label*."""
    rows = [weights[bucket] for bucket in buckets]
    if not rows:
        return
    root = sqrt(len(rows))
    errors = softmax([sum(column) / root for column in zip(*rows, strict=True)])
    errors[label] -= 1.0
    changes = [(i, error * step / root) for i, error in enumerate(errors) if abs(error) >= LEAST_CHANGE]
    for row in rows:
        for i, change in changes:
            row[i] -= change


def _quantized(labels: tuple[str, ...], weights: Sequence[Sequence[float]], bits: int) -> LinearModel:
    """Return the model with its weights as whole numbers of one byte."""
    largest = max(max(map(abs, row)) for row in weights) or 1.0
    scale = max(1, int(LARGEST_WEIGHT / largest))
    steps = bytearray()
    for row in weights:
        steps += bytes(max(-LARGEST_WEIGHT, min(LARGEST_WEIGHT, round(weight * scale))) & 0xFF for weight in row)
    return LinearModel(labels, bits, scale, bytes(steps))
