"""What the bot makes of typed words, as data: signs of danger, languages that it only recognises, intents, weights."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# Kinds of danger. Where a message has several, the first of these picks the words.
DANGER_KINDS = (
    "overdose",
    "suicide",
    "child",
    "assault",
    "violence",
    "breath",
    "collapse",
    "bleeding",
    "pregnancy",
    "infection",
    "pain",
    "help",
)
DANGER_INTENT_PREFIX = "danger_"  # an intent of this name and a kind's is that danger


@dataclass(frozen=True, slots=True)
class SignCombination:
    """Signs that are harmless alone, and that are danger of one *kind* when all of them are in one message."""

    signs: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class DangerWords:
    """The words of danger in one language: phrases by kind, single signs, and which signs together are danger.

    A phrase is not heard where one of *negated* stands right before it, or with words of *between* between them.
    """

    language: str
    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    signs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    together: tuple[SignCombination, ...] = ()
    negated: tuple[str, ...] = ()
    between: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HeardLanguage:
    """A language that the bot recognises and does not speak. *say* names the languages it speaks, *help* the number.

    *called* is how people ask for it; *common* are words by which it is recognised.
    """

    code: str
    name: str
    called: tuple[str, ...]
    say: str
    help: str
    common: tuple[str, ...] = ()
    danger: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Intent:
    """What a person may want, and what it leads to: a kind of danger, a flow to check first, or up to three things."""

    id: str
    danger: str = ""
    check: str = ""
    flow: str = ""
    pages: tuple[str, ...] = ()
    term: str = ""
    phrase: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A message as a person might type it, with its language, its intent and the scenario that it is one form of."""

    scenario: str
    language: str
    intent: str
    text: str


@dataclass(frozen=True, slots=True)
class LinearModel:
    """A linear model over hashed n-grams: *weights* holds a row of one byte (-127 to 127) a label for each bucket."""

    labels: tuple[str, ...]
    bucket_bits: int
    scale: int  # a score is the sum of weights, by *scale* and the root of the number of features
    weights: bytes


@dataclass(frozen=True, slots=True)
class IntentModel:
    """The trained models: of intents and of languages. *trained_from* is the digest of what they were trained from."""

    trained_from: str
    intents: LinearModel
    languages: LinearModel


@dataclass(frozen=True, slots=True)
class IndexedPhrase:
    """A phrase of the index: its folded words, and what it stands for."""

    words: tuple[str, ...]
    meaning: str
    language: str
    is_sign: bool = False


@dataclass(slots=True)
class PhraseNode:
    """A place in the tree of phrases: the phrases that end here, and the places that one more word leads to."""

    phrases: list[IndexedPhrase] = field(default_factory=list)
    following: dict[str, "PhraseNode"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PhraseIndex:
    """All phrases of danger and all signs, as a tree of words; misspelt words by what they are with a letter less."""

    tree: PhraseNode = field(default_factory=PhraseNode)
    misspellings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    together: tuple[SignCombination, ...] = ()
    negated: frozenset[str] = frozenset()
    between: frozenset[str] = frozenset()
    emergency_numbers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All that the bot understands typed words by, beside the texts themselves."""

    danger: Mapping[str, DangerWords] = field(default_factory=dict)
    heard: Mapping[str, HeardLanguage] = field(default_factory=dict)
    intents: Mapping[str, Intent] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()
    model: IntentModel | None = None
    index: PhraseIndex = field(default_factory=PhraseIndex)
