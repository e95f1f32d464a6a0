"""The hazard log as data (DCB0129): hazards, their controls, and what a clinician still has to decide."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model.diagnostics import SourceLocation


@dataclass(frozen=True, slots=True)
class Risk:
    """A risk as severity and likelihood, each from 1 to 5."""

    severity: int
    likelihood: int

    @property
    def score(self) -> int:
        return self.severity * self.likelihood


@dataclass(frozen=True, slots=True)
class ControlEvidence:
    """Evidence for a control, by its *name*: a promise of the proof or of promises.yaml, a style rule, or a test."""

    name: str
    location: SourceLocation


@dataclass(frozen=True, slots=True)
class Control:
    """A control that lowers the risk of a hazard, and the evidence that it works."""

    description: str
    evidence: tuple[ControlEvidence, ...]


@dataclass(frozen=True, slots=True)
class Hazard:
    """A hazard with its cause and harm, the risk before and after its controls, and the residual risk in words."""

    id: str
    description: str
    cause: str
    harm: str
    risk_before: Risk
    risk_after: Risk
    controls: tuple[Control, ...]
    residual_risk: str


@dataclass(frozen=True, slots=True)
class ClinicalDecision:
    """A decision for a clinician: a requirement that was relaxed, and the question to answer about it."""

    description: str
    question: str


@dataclass(frozen=True, slots=True)
class HazardLog:
    """The whole hazard log: hazards, open clinical decisions, limitations.

    *stricter_than_source* says where the flows ask for more than their source; *adoption_steps* are what a clinic
    does before it uses them.
    """

    hazards: tuple[Hazard, ...] = ()
    decisions: Mapping[str, ClinicalDecision] = field(default_factory=dict)
    stricter_than_source: tuple[str, ...] = ()
    limitations: tuple[str, ...] = ()
    adoption_steps: tuple[str, ...] = ()
