"""A store on a server, for any number of bots at once: plain SQL, one transaction an update, and nobody the leader.

Each commit seals the text under a fresh key of its own, which lies in a table of its own. When a session ends its key
goes; a backup that leaves that table out (bot/OPERATING.md) holds nothing that anybody can ever open again.

Versions are chance, so that a commit whose answer was lost can be recognised: nobody else made that very number.
"""

import secrets
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from itertools import count
from typing import Any

from bot.sealing import Sealer, WrongKey, new_key, open_with, seal_with
from bot.stores import MARKS_LAST, Change, Row, Seen, Stale
from bot.stores.inside import parted, written
from bot.stores.postgres_line import Connection, Line
from bot.stores.postgres_start import make_ready

GRAIN = 600  # seconds: when a row ends is kept no finer, as it tells when somebody wrote
CHUNK = 500  # rows read at once
ROW = """SELECT c.name, c.version, c.sealed, k.sealed
    FROM confidante.chats c LEFT JOIN confidante.keys k ON k.name = c.name """


def open_server(address: str, sealer: Sealer, clock: Callable[[], float] = time.time) -> "PostgresStore":
    """The store at *address*, made or migrated if need be. Unusable, with one sentence, if it cannot be used."""
    make_ready(address, sealer)
    return PostgresStore(Line(address), sealer, clock)


class PostgresStore:
    """Made by `open_server`. *shared*: others write in it too, so nothing of it may be believed from memory."""

    shared = True

    def __init__(self, line: Line, sealer: Sealer, clock: Callable[[], float] = time.time) -> None:
        self._line, self._sealer, self._clock = line, sealer, clock

    @property
    def ails(self) -> bool:
        """Whether the server failed when it was last asked."""
        return self._line.ails

    async def load(self, chat: str) -> Row | None:
        names = self._sealer.names(chat)

        async def work(db: Connection) -> Any:
            return await _one(db, ROW + "WHERE c.name = ANY(%s)", names)

        found = await self._line.read(work)
        return self._opened(*found)[1] if found else None

    def _opened(self, name: bytes, version: int, sealed: bytes, key: bytes | None) -> tuple[str, Row]:
        """Whose row it is, and what it says. One that nobody can open says nothing, and may be written over."""
        try:
            chat, text = parted(open_with(self._sealer.open(name, key or b""), sealed))
        except WrongKey:
            return "", Row("", version)
        return chat, Row(text, version)

    async def commit(self, change: Change) -> int:
        version, names = secrets.randbits(62) + 1, self._sealer.names(change.chat)
        hour = int(self._clock() // 3600)
        row = self._row(change, version, names[0])

        tries = count()

        async def work(db: Connection) -> int:
            if next(tries) and await _did(db, change, names, version):
                return version if row else 0
            if change.update is not None and not await _marked(db, change.update, hour, version):
                raise Seen
            if not await (_written(db, row, names, change.was) if row else _erased(db, names, change.was)):
                raise Stale
            return version if row else 0

        return await self._line.together(work)

    def _row(self, change: Change, version: int, name: bytes) -> tuple[bytes, int, int, bytes, bytes] | None:
        if change.text is None:
            return None
        key, ends = new_key(), int(change.ends // GRAIN * GRAIN)
        return name, version, ends, seal_with(key, written(change.chat, change.text)), self._sealer.seal(name, key)

    async def seen(self, update: int) -> bool:
        async def work(db: Connection) -> Any:
            return await _one(db, "SELECT 1 FROM confidante.seen WHERE id = %s", update)

        return bool(await self._line.read(work))

    async def marks(self) -> list[int]:
        async def work(db: Connection) -> list[int]:
            return [id for (id,) in await (await db.execute("SELECT id FROM confidante.seen ORDER BY id")).fetchall()]

        return await self._line.read(work)

    async def set_aside(self, update: int, fault: str) -> None:
        hour = int(self._clock() // 3600)

        async def work(db: Connection) -> None:
            await _marked(db, update, hour, 0)
            await db.execute("INSERT INTO confidante.aside VALUES (%s, %s) ON CONFLICT DO NOTHING", (update, fault))

        await self._line.together(work)

    async def rows(self) -> AsyncIterator[tuple[str, Row]]:
        last = b""
        while chunk := await self._line.read(_after(last)):
            for found in chunk:
                chat, row = self._opened(*found)
                if chat:
                    yield chat, row
            last = chunk[-1][0]

    async def sweep(self, now: float) -> int:
        oldest = int((now - MARKS_LAST) // 3600)

        async def work(db: Connection) -> int:
            await db.execute("DELETE FROM confidante.seen WHERE hour < %s", (oldest,))
            await db.execute("DELETE FROM confidante.aside WHERE id NOT IN (SELECT id FROM confidante.seen)")
            gone = await db.execute("DELETE FROM confidante.chats WHERE ends <= %s", (int(now),))
            await db.execute("DELETE FROM confidante.keys WHERE name NOT IN (SELECT name FROM confidante.chats)")
            await db.execute("DELETE FROM confidante.chats WHERE name NOT IN (SELECT name FROM confidante.keys)")
            return gone.rowcount

        gone = await self._line.together(work)
        await self._line.alone("VACUUM (FULL) confidante.keys")  # or destroyed keys would lie about in the table's file
        return gone

    async def beats(self, me: str, gone: Collection[str]) -> Mapping[str, int]:
        async def work(db: Connection) -> dict[str, int]:
            if me not in gone:
                query = "INSERT INTO confidante.bots VALUES (%s, 1) ON CONFLICT (id) DO UPDATE SET beat = bots.beat + 1"
                await db.execute(query, (me,))
            if gone:
                await db.execute("DELETE FROM confidante.bots WHERE id = ANY(%s)", (list(gone),))
            return dict(await (await db.execute("SELECT id, beat FROM confidante.bots")).fetchall())

        return await self._line.together(work)

    async def close(self) -> None:
        await self._line.close()


async def _one(db: Connection, query: str, *values: object) -> Any:
    return await (await db.execute(query, values)).fetchone()


def _after(name: bytes) -> Callable[[Connection], Any]:
    async def work(db: Connection) -> Any:
        query = ROW + "WHERE c.name > %s ORDER BY c.name LIMIT %s"
        return await (await db.execute(query, (name, CHUNK))).fetchall()

    return work


async def _did(db: Connection, change: Change, names: list[bytes], version: int) -> bool:
    """Whether this very commit was made before, by a try whose answer was lost."""
    if change.update is not None:
        return bool(
            await _one(db, "SELECT 1 FROM confidante.seen WHERE id = %s AND version = %s", change.update, version)
        )
    query = "SELECT 1 FROM confidante.chats WHERE name = ANY(%s) AND version = %s"
    return bool(await _one(db, query, names, version))


async def _marked(db: Connection, update: int, hour: int, version: int) -> bool:
    """Set the mark of *update*; False when it is there already. Whoever is a moment later waits here."""
    query = "INSERT INTO confidante.seen VALUES (%s, %s, %s) ON CONFLICT (id) DO NOTHING"
    return (await db.execute(query, (update, hour, version))).rowcount == 1


async def _is_there(db: Connection, names: list[bytes]) -> bool:
    return bool(names and await _one(db, "SELECT 1 FROM confidante.chats WHERE name = ANY(%s)", names))


async def _erased(db: Connection, names: list[bytes], was: int) -> bool:
    """Erase the row and its key, if it is as it was read."""
    if not was:
        return not await _is_there(db, names)
    query = "DELETE FROM confidante.chats WHERE name = ANY(%s) AND version = %s"
    if (await db.execute(query, (names, was))).rowcount != 1:
        return False
    await _lose_keys(db, names)
    return True


async def _lose_keys(db: Connection, names: list[bytes]) -> None:
    await db.execute("DELETE FROM confidante.keys WHERE name = ANY(%s)", (names,))


async def _written(db: Connection, row: tuple[bytes, int, int, bytes, bytes], names: list[bytes], was: int) -> bool:
    """Write the row and its key, if it is as it was read; whoever is a moment later waits, and then finds another."""
    name, version, ends, sealed, key = row
    if was:
        query = """UPDATE confidante.chats SET name = %s, version = %s, ends = %s, sealed = %s
            WHERE name = ANY(%s) AND version = %s"""
        done = await db.execute(query, (name, version, ends, sealed, names, was))
    elif await _is_there(db, names[1:]):  # under the name that an older key gave it
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
