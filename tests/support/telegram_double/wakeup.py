"""A bell: whoever listens is woken each time it rings, and nobody has to have listened before."""

import asyncio


class Wakeup:
    def __init__(self) -> None:
        self._next = asyncio.Event()

    def ring(self) -> None:
        self._next.set()
        self._next = asyncio.Event()

    async def heard(self, within: float) -> bool:
        """Wait for the next ring, *within* seconds of the real clock at most."""
        try:
            await asyncio.wait_for(self._next.wait(), max(0.0, within))
        except TimeoutError:
            return False
        return True
