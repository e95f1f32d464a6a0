"""The process is killed in the middle of what it does; what was confirmed is there, and what was owed is shown, once.

This is the short form. The long one: python -m tests.long.killing --runs 400, with its figures in results/kills.json
"""

from tests.long.killing import many
from tests.support.postgres_server import Server, needed


async def test_death_at_any_moment_loses_and_doubles_nothing() -> None:
    found = await many(runs=6, seed=1, together=3)
    assert found.wrong == []
    assert found.kills == 6


async def test_nor_does_it_on_a_server() -> None:
    needed()
    server = Server().start()
    try:
        found = await many(runs=3, seed=1, server=server, together=3)
    finally:
        server.remove()
    assert found.wrong == []
    assert found.kills == 3
