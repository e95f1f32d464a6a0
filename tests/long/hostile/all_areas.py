"""All areas, by name."""

from functools import cache

from tests.long.hostile import authored_input, environment_input, store_input, telegram_input
from tests.long.hostile.area import Area
from tests.long.hostile.case_runner import ROUND, AreaResult, memory, run


@cache
def areas() -> dict[str, Area]:
    return {
        area.name: area
        for module in (telegram_input, store_input, authored_input, environment_input)
        for area in module.areas()
    }


def lot(given: tuple[str, int, str]) -> tuple[AreaResult, int]:
    name, cases, seed = given
    rounds = ROUND if seed.endswith(".0") else 0  # one lot of each area looks for what is left behind
    return run(areas()[name], cases, seed, rounds), memory()
