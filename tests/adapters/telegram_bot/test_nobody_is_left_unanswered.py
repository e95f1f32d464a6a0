"""A bot that is stopped while its first answer hangs at Telegram leaves nobody unanswered who was heard."""

import asyncio
from pathlib import Path

import pytest

from tests.support.killable_bot import KillableBot
from tests.support.postgres_server import free_port
from tests.support.running_bot import KEY, bots
from tests.support.telegram_double import Silent, Telegram


def environment(telegram: Telegram, mode: str) -> dict[str, str]:
    place = f"127.0.0.1:{free_port()}"
    hook = {"WEBHOOK_URL": f"http://{place}/x", "WEBHOOK_SECRET": "a-secret_of-ours", "WEBHOOK_LISTEN": place}
    ours = {"TELEGRAM_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url, "SESSION_KEY": KEY}
    return ours | (hook if mode == "webhook" else {})


@pytest.mark.parametrize("mode", ["polling", "webhook"])
@pytest.mark.parametrize(("way", "seconds"), [("term", 1), ("term", 4), ("kill", 4)])
@pytest.mark.parametrize("after", [False, True])
async def test_who_came_first_is_answered_by_the_next_process(
    telegram: Telegram, tmp_path: Path, way: str, seconds: int, mode: str, after: bool
) -> None:
    ana, bea = telegram.person("Ana"), telegram.person("Bea")
    bot = KillableBot(environment(telegram, mode), tmp_path, answer_within=30.0)
    bot.start()
    bea.starts()
    await bea.sees("Hello", within=30)
    hangs = telegram.faults.always(Silent(after), "sendMessage", chat=ana.chat.id)
    ana.starts()
    await ana.until(lambda: telegram.calls_of("sendMessage", ana.chat.id), within=10)
    await asyncio.sleep(seconds)
    bea.writes("/help")
    await bea.sees("one question at a time")  # whom nothing hangs for is heard meanwhile
    if way == "term":
        await bot.stop()
    else:
        bot.kill()
    telegram.faults.stop(hangs)
    bot.start()
    telegram.clock.advance(60)  # a webhook's delay
    try:
        await ana.until(lambda: len(telegram.calls_of("sendMessage", ana.chat.id)) == 2, within=30)
        await ana.sees("Hello", within=10)
        await ana.until(lambda: len(bots(ana)) == 1, within=10)
        await ana.settled()
        assert len(bots(ana)) == 1
        assert sum("one question at a time" in text for text in bots(bea)) == 1
    finally:
        await bot.stop()
