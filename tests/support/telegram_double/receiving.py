"""How the bot comes to its updates: one poller, or one webhook, never both."""

import re
import time
from typing import Any
from urllib.parse import urlsplit

from tests.support.telegram_double.errors import HOOK_CAME, HOOK_IS_SET, OTHER_POLLER, bad, conflict, flood
from tests.support.telegram_double.updates import KINDS, ORDINARY
from tests.support.telegram_double.world import Hook, World

Json = dict[str, Any]


async def get_updates(world: World, values: Json) -> list[Json]:
    """Confirm what is below the offset; hand out what is there, or wait for it."""
    limit = values.get("limit", 100)
    if world.hook.url:
        raise conflict(HOOK_IS_SET)
    world.polls += 1
    mine = world.polls
    allow(world, values)
    if offset := values.get("offset", 0):
        world.updates.confirm(offset)
    world.updates.wakeup.notify()  # the poller before this one, if it still waits, hears that it is no longer wanted
    end = time.monotonic() + min(max(0, values.get("timeout", 0)), world.rules.longest_poll)
    while not (batch := world.updates.batch(min(max(1, limit), 100))):
        left = end - time.monotonic()
        if left <= 0:
            break
        await world.updates.wakeup.wait(left)
        if world.hook.url:
            raise conflict(HOOK_CAME)
        if world.polls != mine:
            raise conflict(OTHER_POLLER)
    return [update.json() for update in batch]


def allow(world: World, values: Json) -> None:
    """What kinds of update the bot wants: as it said last, all ordinary ones when it says none."""
    if "allowed_updates" in values:
        kinds = values["allowed_updates"]
        for unknown in sorted(set(map(str, kinds)) - set(KINDS)):
            world.complain(f"unknown in allowed_updates: {unknown}")
        world.updates.allowed = frozenset(kinds) & frozenset(KINDS) or ORDINARY


def set_webhook(world: World, values: Json) -> bool:
    url, secret, now = values.get("url", ""), values.get("secret_token", ""), time.monotonic()
    if not url:
        return delete_webhook(world, values)
    if (wait := world.hook.set_at + world.rules.webhook_every - now) > 0:
        raise flood(wait)
    if world.rules.webhook_https and not url.startswith("https://"):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if world.rules.webhook_https and urlsplit(url).port not in (None, 443, 80, 88, 8443):
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad("secret token contains unallowed characters" if len(secret) <= 256 else "secret token is too long")
    if values.get("drop_pending_updates"):
        world.updates.clear()
    allow(world, values)
    connections = min(max(1, values.get("max_connections", 40)), 100)
    if (url, secret, connections) == world.hook.said and not values.get("drop_pending_updates"):
        world.hook.set_at = now  # "Webhook is already set": what waits for its next attempt goes on waiting
        return True
    hang(world, Hook(url, secret, connections, now))
    return True


def delete_webhook(world: World, values: Json) -> bool:
    if values.get("drop_pending_updates"):
        world.updates.clear()
    hang(world, Hook(set_at=world.hook.set_at))
    return True


def hang(world: World, hook: Hook) -> None:
    world.hook = hook
    world.hook_wakeup.notify()
    world.updates.wakeup.notify()


def get_webhook_info(world: World, _: Json) -> Json:
    hook = world.hook
    world.updates.expire()
    said = {"url": hook.url, "has_custom_certificate": False, "pending_update_count": len(world.updates.queue)}
    more = {
        "max_connections": hook.max_connections if hook.url else 0,
        "last_error_date": int(hook.error_at),
        "last_error_message": hook.error,
        "allowed_updates": sorted(world.updates.allowed) if world.updates.allowed != ORDINARY else [],
    }
    return said | {name: value for name, value in more.items() if value}
