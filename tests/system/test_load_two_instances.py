"""Two bots, one store: a short `python -m tests.long.load_two_instances --people 200 --minutes 10 --seed 1`."""

from tests.long.load_two_instances import walk
from tests.support.postgres_server import needed


async def test_one_of_two_bots_dies_under_load_and_nothing_is_lost() -> None:
    needed()
    found = await walk(people=12, minutes=0.12, seed=7, pace=0.5, calm=True)
    assert found.wrong == []
    assert found.kills >= 1
    assert found.faults["restart of the database"] >= 1
    assert min(found.connections) > 0, "both were spoken to"
