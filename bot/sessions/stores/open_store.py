"""Opening the store that SESSION_STORE names."""

from collections.abc import Sequence
from pathlib import Path

from bot.operations.encryption import KeyRing
from bot.operations.errors import StoreConfigError
from bot.sessions.stores.base import Store
from bot.sessions.stores.memory import MemoryStore
from bot.sessions.stores.sqlite import open_sqlite_store


def open_store(address: str, keys: Sequence[str]) -> Store:
    """Open the store at *address* (`memory:`, `sqlite:PATH`, `postgresql://…`), encrypted with *keys*.

    Raises StoreConfigError if it cannot be used.
    """
    kind, _, rest = address.partition(":")
    match kind:
        case "memory":
            return MemoryStore()
        case "sqlite":
            return open_sqlite_store(Path(rest), KeyRing(keys))
        case "postgresql" | "postgres":
            return _open_postgres(address, KeyRing(keys))
    raise StoreConfigError("SESSION_STORE must be memory:, sqlite:PATH or postgresql://….")


def _open_postgres(address: str, key_ring: KeyRing) -> Store:
    """Open the PostgreSQL store; StoreConfigError if its driver is not installed."""
    try:
        from bot.sessions.stores.postgres import (
            open_postgres_store,  # psycopg is an extra: a store in a file needs none of it
        )
    except ImportError:
        raise StoreConfigError(
            "SESSION_STORE names PostgreSQL, and its driver is not installed: pip install .[postgres]"
        ) from None
    return open_postgres_store(address, key_ring)
