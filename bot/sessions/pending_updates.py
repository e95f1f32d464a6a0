"""The updates from before consent that an instance is handling, where several instances share a store.

A claim is stored before anything is sent. Before consent nothing is stored of the person, so the claim is about the
update alone, and it is removed when the update is marked as processed. An instance that dies in between leaves it
there: so the next one to get that update knows that its messages may have been sent already.
"""

from contextlib import suppress

from bot.sessions.stores.base import Change, Seen, Stale, Store

LASTS = 3600  # seconds: longer than Telegram repeats an update to bots that are there


def _note(update: int) -> str:
    """Return the key of a claim's row; the key of a chat's row is a number."""
    return f"guest {update}"


async def begin(store: Store, me: str, update: int, now: float) -> bool:
    """Claim an update for *instance*; return whether another instance had claimed it before.

    Raises AlreadyProcessedError if the update was processed.
    """
    note = await store.load(_note(update))
    if not note or note.text != me:
        await store.commit(Change(_note(update), me, note.version if note else 0, now + LASTS))
    if await store.seen(update):  # asked only now: whoever marks it later removes our claim, or finds it
        await end(store, update)
        raise Seen
    return bool(note and note.text != me)


async def end(store: Store, update: int) -> None:
    """Mark an update as processed, and remove its claim."""
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
