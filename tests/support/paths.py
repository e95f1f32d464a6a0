"""Where the tests find the project, their data and their results."""

from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
ROOT = TESTS.parent
DATA = TESTS / "data"
RESULTS = TESTS / "results"
