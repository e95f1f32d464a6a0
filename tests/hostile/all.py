"""All areas, by name."""

from functools import cache

from tests.hostile import environment, keeping, talking, writing
from tests.hostile.area import Area
from tests.hostile.running import Result, memory, run


@cache
def areas() -> dict[str, Area]:
    return {area.name: area for room in (talking, keeping, writing, environment) for area in room.areas()}


def lot(given: tuple[str, int, str]) -> tuple[Result, int]:
    name, cases, seed = given
    return run(areas()[name], cases, seed), memory()
