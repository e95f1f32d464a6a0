"""The updates from before consent that an instance is handling.

A claim is stored before anything is sent. Before consent nothing is stored of the person, so the claim is about the
update alone, and it is removed when the update is marked as processed. An instance that dies in between leaves it
there: so the next one to get that update, be it the same bot after a restart, knows that its messages may have been
sent already, and looks for them in that chat and in no other.
"""

from contextlib import suppress

from bot.sessions.stores.base import AlreadyProcessedError, StaleRecordError, Store, Write, pending_update_key

CLAIM_SECONDS = 3600  # seconds: longer than Telegram repeats an update to bots that are there


async def claim(store: Store, instance: str, update_id: int, now: float) -> bool:
    """Claim an update for *instance*; return whether another instance had claimed it before.

    Raises AlreadyProcessedError if the update was processed.
    """
    claim_row = await store.load(pending_update_key(update_id))
    if not claim_row or claim_row.text != instance:
        await store.commit(
            Write(pending_update_key(update_id), instance, claim_row.version if claim_row else 0, now + CLAIM_SECONDS)
        )
    if await store.is_processed(update_id):  # asked only now: whoever marks it later removes our claim, or finds it
        await complete(store, update_id)
        raise AlreadyProcessedError
    return bool(claim_row and claim_row.text != instance)


async def complete(store: Store, update_id: int) -> None:
    """Mark an update as processed, and remove its claim."""
    while True:
        claim_row = await store.load(pending_update_key(update_id))
        expected_version = claim_row.version if claim_row else 0
        with suppress(StaleRecordError):
            try:
                await store.commit(Write(pending_update_key(update_id), None, expected_version, update_id=update_id))
            except AlreadyProcessedError:
                if claim_row:
                    await store.commit(Write(pending_update_key(update_id), None, expected_version))
            return
