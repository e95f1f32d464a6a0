"""Brings updates to the webhook: each until it is taken, in order within a lane, lanes beside each other."""

import asyncio
import time

import httpx

from tests.support.telegram_double.faults import WEBHOOK, Broken, Cut, Flood, Held, Refused, Silent, Slow
from tests.support.telegram_double.odd_answers import Odd
from tests.support.telegram_double.updates import Lane, Update
from tests.support.telegram_double.world import Hook, World


class UpdateDelivery:
    """*jitter*: up to so many real seconds before each delivery, so that lanes overtake each other."""

    def __init__(self, world: World, jitter: float = 0.0) -> None:
        self.world, self.jitter = world, jitter
        self._lanes: dict[Lane, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Deliver for ever."""
        while True:
            hook = self.world.hook
            if hook.foreign:
                await self._serve_elsewhere(hook)
            elif hook.url:
                await self._serve(hook)
            else:
                await self.world.hook_wakeup.wait(60)

    async def _serve_elsewhere(self, hook: Hook) -> None:
        """A webhook that somebody else has set: it takes everything, or its server refuses everything."""
        while self.world.hook is hook:
            for update in list(self.world.updates.queue):
                if hook.takes:
                    self.world.updates.take(update)
                else:
                    self._failed(update, hook, "Wrong response from the webhook: 404 Not Found")
            await self.world.updates.wakeup.wait(1)

    async def _serve(self, hook: Hook) -> None:
        """Deliver to this webhook, until another is set."""
        limits = httpx.Limits(max_connections=hook.max_connections)
        patience = self.world.rules.webhook_patience
        async with httpx.AsyncClient(limits=limits, timeout=patience, trust_env=False, verify=False) as client:
            try:
                while self.world.hook is hook:
                    self._start_lanes(hook, client)
                    await self.world.updates.wakeup.wait(1)
            finally:
                await self._stop_lanes()

    def _start_lanes(self, hook: Hook, client: httpx.AsyncClient) -> None:
        self.world.updates.expire()
        for lane in {update.lane for update in self.world.updates.queue}:
            if lane not in self._lanes or self._lanes[lane].done():
                self._lanes[lane] = asyncio.create_task(self._lane(lane, hook, client))

    async def _stop_lanes(self) -> None:
        for task in self._lanes.values():
            task.cancel()
        await asyncio.gather(*self._lanes.values(), return_exceptions=True)
        self._lanes.clear()

    async def _lane(self, lane: Lane, hook: Hook, client: httpx.AsyncClient) -> None:
        """The updates of one lane, one after the other, until there are none."""
        while update := next((u for u in self.world.updates.queue if u.lane == lane), None):
            wait = max(0.0, update.not_before - time.monotonic())
            await asyncio.sleep(wait + self.world.chance.random() * self.jitter)
            asked_to_wait = await self._bring(update, hook, client)
            if asked_to_wait is None:
                self.world.updates.take(update)
                continue
            delay = asked_to_wait or self._delay(update)
            if self.world.clock.now() + delay > update.expires:
                self.world.updates.drop(update)
            await self.world.clock.sleep(delay)
            self.world.updates.expire()

    def _delay(self, update: Update) -> float:
        """Seconds until the next attempt: none after the first failure, then 2, 4, 8, and at last a minute or two."""
        failures = self.world.failures[update.id]
        longest = self.world.rules.webhook_longest_delay * (1 + self.world.chance.random())
        return min(2.0 ** (failures - 1), longest) if failures > 1 else 0.0

    async def _bring(self, update: Update, hook: Hook, client: httpx.AsyncClient) -> float | None:
        """Bring *update* once: None when it was taken, else for how long the other side asked to be left alone."""
        fault = self.world.faults.choose(WEBHOOK, update.lane[1])
        match fault:
            case Slow(seconds):
                await asyncio.sleep(seconds)
            case Cut(after=False) | Broken(after=False) | Silent(after=False) | Flood() | Refused() | Held() | Odd():
                return self._failed(update, hook, "Connection reset by peer")
        try:
            taken = await client.post(hook.url, json=update.json(), headers=_headers(hook))
        except httpx.HTTPError as error:
            return self._failed(update, hook, _reason(error))
        if taken.is_success and fault is not None and not isinstance(fault, Slow):
            return self._failed(update, hook, "Read timeout expired")  # it was taken, and nobody heard of it
        if not taken.is_success:
            wait = taken.headers.get("retry-after", "0")
            self._failed(update, hook, f"Wrong response from the webhook: {taken.status_code} {taken.reason_phrase}")
            return min(float(wait), 3600.0) if wait.isdigit() else 0.0
        if taken.content.strip().startswith(b"{") and b'"method"' in taken.content:
            self.world.complain("the double carries out no method in a webhook's answer")
        return None

    def _failed(self, update: Update, hook: Hook, why: str) -> float:
        self.world.failures[update.id] += 1
        hook.error, hook.error_at = why, self.world.clock.now()
        return 0.0


def _reason(error: httpx.HTTPError) -> str:
    """How getWebhookInfo tells of *error*."""
    match error:
        case httpx.ConnectError():
            return "Connection refused"
        case httpx.ConnectTimeout():
            return "Connection timed out"
        case httpx.TimeoutException():
            return "Read timeout expired"
        case _:
            return "Connection reset by peer"


def _headers(hook: Hook) -> dict[str, str]:
    return {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
