"""A wakeup: everybody who waits for it is woken at each notification; to notify never waits for anyone."""

import asyncio


class Wakeup:
    """Wake all who wait now; a later waiter waits for the next notification."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def notify(self) -> None:
        self._next.set()
        self._next = asyncio.Event()

    async def wait(self, within: float) -> bool:
        """Wait for the next notification, *within* seconds of the real clock at most."""
        try:
            await asyncio.wait_for(self._next.wait(), max(0.0, within))
        except TimeoutError:
            return False
        return True
