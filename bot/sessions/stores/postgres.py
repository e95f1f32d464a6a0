"""A store on a PostgreSQL server, for any number of instances at once: plain SQL, one transaction an update, no leader.

Each commit encrypts the text under a new data key, which lies in a table of its own. When a session ends its data key
is deleted; a backup that leaves that table out (bot/OPERATING.md) holds nothing that can ever be decrypted again.

Versions are random, so that a commit whose answer was lost can be recognised: no other writer made that very number.
"""

import secrets
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from itertools import count
from typing import Any

from bot.operations.encryption import Sealer, WrongKey, new_key, open_with, seal_with
from bot.sessions.stores.base import MARKS_LAST, Change, Row, Seen, Stale
from bot.sessions.stores.postgres_pool import Connection, Line
from bot.sessions.stores.postgres_schema import make_ready
from bot.sessions.stores.row_codec import parted, written

GRAIN = 600  # seconds: a row's expiry is stored no finer, as it tells when the person wrote
CHUNK = 500  # rows read at once
ROW = """SELECT c.name, c.version, c.sealed, k.sealed
    FROM confidante.chats c LEFT JOIN confidante.keys k ON k.name = c.name """


def open_server(address: str, sealer: Sealer, clock: Callable[[], float] = time.time) -> "PostgresStore":
    """Open the store at *address*; create or migrate its schema if need be.

    Raises StoreConfigError, with one sentence, if it cannot be used.
    """
    make_ready(address, sealer)
    return PostgresStore(Line(address), sealer, clock)


class PostgresStore:
    """A store on a PostgreSQL server; made by `open_postgres_store`.

    *shared*: other instances write in it too, so nothing of it may be believed from memory.
    """

    shared = True

    def __init__(self, line: Line, sealer: Sealer, clock: Callable[[], float] = time.time) -> None:
        self._line, self._sealer, self._clock = line, sealer, clock

    @property
    def ails(self) -> bool:
        """Whether the server failed when it was last asked."""
        return self._line.ails

    async def load(self, chat: str) -> Row | None:
        """Return the row of *chat*, under whichever name its key gave it, or None."""
        names = self._sealer.names(chat)

        async def work(db: Connection) -> Any:
            return await _one(db, ROW + "WHERE c.name = ANY(%s)", names)

        found = await self._line.read(work)
        return self._opened(*found)[1] if found else None

    def _opened(self, name: bytes, version: int, sealed: bytes, key: bytes | None) -> tuple[str, Row]:
        """Decrypt a row; return its chat and text, both empty if no key opens it. Such a row may be overwritten."""
        try:
            chat, text = parted(open_with(self._sealer.open(name, key or b""), sealed))
        except WrongKey:
            return "", Row("", version)
        return chat, Row(text, version)

    async def commit(self, change: Change) -> int:
        """Make *write* in one transaction, and return the row's new version (0 when it is gone)."""
        version, names = secrets.randbits(62) + 1, self._sealer.names(change.chat)
        hour = int(self._clock() // 3600)
        row = self._row(change, version, names[0])

        tries = count()

        async def work(db: Connection) -> int:
            """Write once: an attempt whose answer was lost is recognised and not made again."""
            if next(tries) and await _did(db, change, names, version):
                return version if row else 0
            if change.update is not None and not await _marked(db, change.update, hour, version):
                raise Seen
            if not await (_written(db, row, names, change.was) if row else _erased(db, names, change.was)):
                raise Stale
            return version if row else 0

        return await self._line.together(work)

    def _row(self, change: Change, version: int, name: bytes) -> tuple[bytes, int, int, bytes, bytes] | None:
        """Return the columns of the new row and its data key, encrypted; None when the row goes."""
        if change.text is None:
            return None
        key, ends = new_key(), int(change.ends // GRAIN * GRAIN)
        return name, version, ends, seal_with(key, written(change.chat, change.text)), self._sealer.seal(name, key)

    async def seen(self, update: int) -> bool:
        """Whether this update was processed."""

        async def work(db: Connection) -> Any:
            return await _one(db, "SELECT 1 FROM confidante.seen WHERE id = %s", update)

        return bool(await self._line.read(work))

    async def marks(self) -> list[int]:
        """Return every processed update, in order."""

        async def work(db: Connection) -> list[int]:
            return [id for (id,) in await (await db.execute("SELECT id FROM confidante.seen ORDER BY id")).fetchall()]

        return await self._line.read(work)

    async def set_aside(self, update: int, fault: str) -> None:
        """Mark an update that failed as processed, and store the kind of its error."""
        hour = int(self._clock() // 3600)

        async def work(db: Connection) -> None:
            await _marked(db, update, hour, 0)
            await db.execute("INSERT INTO confidante.aside VALUES (%s, %s) ON CONFLICT DO NOTHING", (update, fault))

        await self._line.together(work)

    async def rows(self) -> AsyncIterator[tuple[str, Row]]:
        """Yield every chat and its row; rows that no key opens are left out."""
        last = b""
        while chunk := await self._line.read(_after(last)):
            for found in chunk:
                chat, row = self._opened(*found)
                if chat:
                    yield chat, row
            last = chunk[-1][0]

    async def sweep(self, now: float) -> int:
        """Remove expired rows, their data keys, and old processed updates; return how many rows went."""
        oldest = int((now - MARKS_LAST) // 3600)

        async def work(db: Connection) -> int:
            await db.execute("DELETE FROM confidante.seen WHERE hour < %s", (oldest,))
            await db.execute("DELETE FROM confidante.aside WHERE id NOT IN (SELECT id FROM confidante.seen)")
            gone = await db.execute("DELETE FROM confidante.chats WHERE ends <= %s", (int(now),))
            await db.execute("DELETE FROM confidante.keys WHERE name NOT IN (SELECT name FROM confidante.chats)")
            await db.execute("DELETE FROM confidante.chats WHERE name NOT IN (SELECT name FROM confidante.keys)")
            return gone.rowcount

        gone = await self._line.together(work)
        await self._line.alone("VACUUM (FULL) confidante.keys")  # or deleted keys would stay in the table's file
        return gone

    async def beats(self, me: str, gone: Collection[str]) -> Mapping[str, int]:
        """Count a heartbeat of *instance*, remove those that are *departed*; return the count of each instance."""

        async def work(db: Connection) -> dict[str, int]:
            if me not in gone:
                query = "INSERT INTO confidante.bots VALUES (%s, 1) ON CONFLICT (id) DO UPDATE SET beat = bots.beat + 1"
                await db.execute(query, (me,))
            if gone:
                await db.execute("DELETE FROM confidante.bots WHERE id = ANY(%s)", (list(gone),))
            return dict(await (await db.execute("SELECT id, beat FROM confidante.bots")).fetchall())

        return await self._line.together(work)

    async def close(self) -> None:
        """Close the connections."""
        await self._line.close()


async def _one(db: Connection, query: str, *values: object) -> Any:
    """Return the first row of *query*, or None."""
    return await (await db.execute(query, values)).fetchone()


def _after(name: bytes) -> Callable[[Connection], Any]:
    """Return the work that reads the next rows, in the order of their ids, after *row_id*."""

    async def work(db: Connection) -> Any:
        query = ROW + "WHERE c.name > %s ORDER BY c.name LIMIT %s"
        return await (await db.execute(query, (name, CHUNK))).fetchall()

    return work


async def _did(db: Connection, change: Change, names: list[bytes], version: int) -> bool:
    """Whether this very commit was made before, by an attempt whose answer was lost."""
    if change.update is not None:
        return bool(
            await _one(db, "SELECT 1 FROM confidante.seen WHERE id = %s AND version = %s", change.update, version)
        )
    query = "SELECT 1 FROM confidante.chats WHERE name = ANY(%s) AND version = %s"
    return bool(await _one(db, query, names, version))


async def _marked(db: Connection, update: int, hour: int, version: int) -> bool:
    """Mark an update as processed; return False if it was already.

    Another instance that does the same at the same moment waits here.
    """
    query = "INSERT INTO confidante.seen VALUES (%s, %s, %s) ON CONFLICT (id) DO NOTHING"
    return (await db.execute(query, (update, hour, version))).rowcount == 1


async def _is_there(db: Connection, names: list[bytes]) -> bool:
    """Whether a row has one of *row_ids*."""
    return bool(names and await _one(db, "SELECT 1 FROM confidante.chats WHERE name = ANY(%s)", names))


async def _erased(db: Connection, names: list[bytes], was: int) -> bool:
    """Delete the row and its data key; return False if the row is not as it was read."""
    if not was:
        return not await _is_there(db, names)
    query = "DELETE FROM confidante.chats WHERE name = ANY(%s) AND version = %s"
    if (await db.execute(query, (names, was))).rowcount != 1:
        return False
    await _lose_keys(db, names)
    return True


async def _lose_keys(db: Connection, names: list[bytes]) -> None:
    """Delete the data keys of these rows."""
    await db.execute("DELETE FROM confidante.keys WHERE name = ANY(%s)", (names,))


async def _written(db: Connection, row: tuple[bytes, int, int, bytes, bytes], names: list[bytes], was: int) -> bool:
    """Write the row and its data key; return False if the row is not as it was read.

    Another instance that writes at the same moment waits, and then finds another version.
    """
    name, version, ends, sealed, key = row
    if was:
        query = """UPDATE confidante.chats SET name = %s, version = %s, ends = %s, sealed = %s
            WHERE name = ANY(%s) AND version = %s"""
        done = await db.execute(query, (name, version, ends, sealed, names, was))
    elif await _is_there(db, names[1:]):  # under the name that an older master key gave it
        return False
    else:
        query = "INSERT INTO confidante.chats VALUES (%s, %s, %s, %s) ON CONFLICT (name) DO NOTHING"
        done = await db.execute(query, (name, version, ends, sealed))
    if done.rowcount != 1:
        return False
    if names[1:]:
        await _lose_keys(db, names[1:])
    query = "INSERT INTO confidante.keys VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed"
    await db.execute(query, (name, key))
    return True
