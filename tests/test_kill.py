"""The process is killed in the middle of what it does; what was confirmed is there, and what was owed is shown, once.

This is the short form. The long one: python -m tests.killing --runs 400 --seed 1
"""

from tests.killing import many


async def test_death_at_any_moment_loses_and_doubles_nothing() -> None:
    told = await many(runs=6, seed=1)
    assert told.startswith("6 deaths")
