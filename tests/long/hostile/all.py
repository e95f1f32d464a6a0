"""All areas, by name."""

from functools import cache

from tests.long.hostile import environment, keeping, talking, writing
from tests.long.hostile.area import Area
from tests.long.hostile.running import ROUND, Result, memory, run


@cache
def areas() -> dict[str, Area]:
    return {area.name: area for room in (talking, keeping, writing, environment) for area in room.areas()}


def lot(given: tuple[str, int, str]) -> tuple[Result, int]:
    name, cases, seed = given
    rounds = ROUND if seed.endswith(".0") else 0  # one lot of each area looks for what is left behind
    return run(areas()[name], cases, seed, rounds), memory()
