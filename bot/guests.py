"""Which guests are being answered, where several bots share a store: it is noted before anything is sent to them.

Of a guest nothing is kept, so the note is about the update alone, and whoever sets its mark takes the note away. A bot
that dies in between leaves it: so the next one to hear that update knows that the answer may stand there already.
"""

from contextlib import suppress

from bot.stores import Change, Seen, Stale, Store

LASTS = 3600  # seconds: longer than Telegram tells an update again to bots that are there


def _note(update: int) -> str:
    """The name of such a row; a chat's is a number."""
    return f"guest {update}"


async def begin(store: Store, me: str, update: int, now: float) -> bool:
    """Note that *me* is about to answer; whether another had begun before. Seen, if it was answered."""
    note = await store.load(_note(update))
    if not note or note.text != me:
        await store.commit(Change(_note(update), me, note.version if note else 0, now + LASTS))
    if await store.seen(update):  # asked only now: a mark that comes later takes our note away, or finds it
        await end(store, update)
        raise Seen
    return bool(note and note.text != me)


async def end(store: Store, update: int) -> None:
    """It was answered: set its mark, and take the note away."""
    while True:
        note = await store.load(_note(update))
        was = note.version if note else 0
        with suppress(Stale):
            try:
                await store.commit(Change(_note(update), None, was, update=update))
            except Seen:
                if note:
                    await store.commit(Change(_note(update), None, was))
            return
