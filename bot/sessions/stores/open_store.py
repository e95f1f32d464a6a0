"""Opening the store that SESSION_STORE names."""

from collections.abc import Sequence
from pathlib import Path

from bot.operations.encryption import Sealer
from bot.sessions.stores.base import Store, Unusable
from bot.sessions.stores.memory import MemoryStore
from bot.sessions.stores.sqlite import open_file


def opened(where: str, keys: Sequence[str]) -> Store:
    """Open the store at *address* (`memory:`, `sqlite:PATH`, `postgresql://…`), encrypted with *keys*.

    Raises StoreConfigError if it cannot be used.
    """
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
    """Open the PostgreSQL store; StoreConfigError if its driver is not installed."""
    try:
        from bot.sessions.stores.postgres import open_server  # psycopg is an extra: a store in a file needs none of it
    except ImportError:
        raise Unusable(
            "SESSION_STORE names PostgreSQL, and its driver is not installed: pip install .[postgres]"
        ) from None
    return open_server(address, sealer)
