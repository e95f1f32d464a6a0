"""The hazard log as data: what can go wrong, what holds it, and what a clinician has still to decide."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.problem import Place


@dataclass(frozen=True, slots=True)
class Risk:
    """How bad and how likely, each from 1 to 5."""

    severity: int
    likelihood: int

    @property
    def score(self) -> int:
        return self.severity * self.likelihood


@dataclass(frozen=True, slots=True)
class Holder:
    """What holds a control: a promise of the proof or of promises.yaml, a rule of speech, or a test, by its *name*."""

    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Control:
    what: str
    held_by: tuple[Holder, ...]


@dataclass(frozen=True, slots=True)
class Hazard:
    id: str
    hazard: str
    cause: str
    harm: str
    before: Risk
    after: Risk
    controls: tuple[Control, ...]
    residual: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Something that was loosened, and what a clinician is asked about it."""

    what: str
    asks: str


@dataclass(frozen=True, slots=True)
class HazardLog:
    """*stricter* is where the flows ask for more than their source; *adopting* what a clinic does before using them."""

    hazards: tuple[Hazard, ...] = ()
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    stricter: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    adopting: tuple[str, ...] = ()
