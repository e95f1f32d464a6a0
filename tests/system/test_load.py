"""The walk of many in short: python -m tests.long.load --people 200 --minutes 10 --seed 1 is the long one."""

from tests.long.load import walk


async def test_a_dozen_people_in_a_storm() -> None:
    found = await walk(people=12, minutes=0.15, seed=7, pace=0.5, least=20)
    assert found.wrong == []
    assert found.kills >= 1
    assert found.taps > 12
