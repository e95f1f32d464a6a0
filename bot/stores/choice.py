"""Which store it is: what SESSION_STORE says, opened."""

from collections.abc import Sequence
from pathlib import Path

from bot.sealing import Sealer
from bot.stores import Store, Unusable
from bot.stores.memory import MemoryStore
from bot.stores.sqlite import open_file


def opened(where: str, keys: Sequence[str]) -> Store:
    """The store at *where* (`memory:`, `sqlite:PATH`, `postgresql://…`). Unusable if it cannot be used."""
    kind, _, rest = where.partition(":")
    match kind:
        case "memory":
            return MemoryStore()
        case "sqlite":
            return open_file(Path(rest), Sealer(keys))
        case "postgresql" | "postgres":
            return _server(where, Sealer(keys))
    raise Unusable("SESSION_STORE must be memory:, sqlite:PATH or postgresql://….")


def _server(address: str, sealer: Sealer) -> Store:
    try:
        from bot.stores.postgres import open_server  # psycopg is an extra: who keeps a file needs none of it
    except ImportError:
        raise Unusable(
            "SESSION_STORE names PostgreSQL, and its driver is not installed: pip install .[postgres]"
        ) from None
    return open_server(address, sealer)
