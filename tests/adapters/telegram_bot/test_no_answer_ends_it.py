"""No answer of Telegram's ends the process or makes it deaf; only a token denied for a minute does."""

import asyncio

import pytest

from bot.adapters.telegram_bot import token_watch
from bot.adapters.telegram_bot.api.answer import parse_answer
from bot.adapters.telegram_bot.api.client import ApiClient
from bot.adapters.telegram_bot.api.errors import ApiError
from bot.adapters.telegram_bot.token_watch import TokenRejectedError
from bot.model.bundle import ContentBundle
from tests.support.postgres_server import free_port
from tests.support.running_bot import serving, settings
from tests.support.telegram_double import Odd, Telegram, odd_answers

METHODS = ("getUpdates", "getMe", "deleteWebhook", "setWebhook", "getWebhookInfo", "getMyCommands", "setMyCommands")
ODD = [odd for odd in odd_answers() if not (odd.shape == "flood" and odd.retry_after in (10**9, 10**30))]
SECRET = "a-secret_of-ours"


def webhook() -> dict[str, str]:
    place = f"127.0.0.1:{free_port()}"
    return {"WEBHOOK_URL": f"http://{place}/x", "WEBHOOK_SECRET": SECRET, "WEBHOOK_LISTEN": place}


@pytest.mark.parametrize("odd", ODD, ids=str)
async def test_every_method_may_be_answered_with_anything(telegram: Telegram, library: ContentBundle, odd: Odd) -> None:
    ana = telegram.person("Ana")
    for method in METHODS:
        telegram.faults.next(method, odd)
    async with serving(telegram, library) as served:
        ana.starts()
        await ana.sees("Hello", within=15)
        assert not served.task.done()


@pytest.mark.parametrize("shape", ["html", "deep", "empty_object", "not_ok_200", "null", "result_list", "unauthorized"])
@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_nor_five_times_nor_for_an_hour(
    telegram: Telegram, library: ContentBundle, shape: str, mode: str
) -> None:
    ana = telegram.person("Ana")
    telegram.clock.speed = 1200  # an hour of Telegram's is three seconds
    for method in METHODS:
        telegram.faults.repeat(Odd(shape), 5, method)
    async with serving(telegram, library, **(webhook() if mode == "webhook" else {})) as served:
        await asyncio.sleep(1)
        telegram.faults.stop()
        telegram.faults.during(3600, Odd(shape))
        await asyncio.sleep(3.2)
        telegram.clock.speed = 1
        assert not served.task.done()
        ana.starts()
        await ana.sees("Hello", within=8)


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_revoked_token_ends_it_once_it_was_denied_for_a_while(
    telegram: Telegram, library: ContentBundle, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert token_watch.DENIAL_SECONDS >= 60
    monkeypatch.setattr(token_watch, "DENIAL_SECONDS", 1.0)
    ana = telegram.person("Ana")
    ana.starts()
    with pytest.raises(TokenRejectedError):  # noqa: PT012
        async with serving(telegram, library, **(webhook() if mode == "webhook" else {})) as served:
            await ana.sees("Hello")
            telegram.faults.always(Odd("unauthorized"))
            await asyncio.wait([served.task], timeout=15)
            assert served.task.done()


async def test_a_webhook_that_another_sets_is_removed_and_it_polls_on(
    telegram: Telegram, library: ContentBundle, caplog: pytest.LogCaptureFixture
) -> None:
    ana = telegram.person("Ana")
    async with serving(telegram, library):
        ana.starts()
        await ana.sees("Hello")
        telegram.other_sets_webhook(takes=False)
        await ana.until(lambda: not telegram.hook.url)
        ana.writes("/help")
        await ana.sees("I ask one question at a time", within=5)
    assert "set a webhook" in caplog.text
    assert "another process polls" not in caplog.text


async def test_another_poller_is_told_of_and_outlived(
    telegram: Telegram, library: ContentBundle, caplog: pytest.LogCaptureFixture
) -> None:
    ana = telegram.person("Ana")
    async with serving(telegram, library):
        ana.starts()
        await ana.sees("Hello")
        telegram.other_poller(seconds=4)
        await asyncio.sleep(4)
        ana.writes("/help")
        await ana.sees("I ask one question at a time", within=5)
    assert caplog.text.count("another process polls with this token") == 1


@pytest.mark.parametrize("other", [Telegram.other_deletes_webhook, Telegram.other_sets_webhook])
async def test_a_webhook_that_another_takes_away_is_set_again(
    telegram: Telegram, library: ContentBundle, other: object, caplog: pytest.LogCaptureFixture
) -> None:
    ana, ours = telegram.person("Ana"), webhook()
    async with serving(telegram, library, **ours):
        ana.starts()
        await ana.sees("Hello")
        other(telegram)  # type: ignore[operator]
        ana.writes("/help")
        await ana.sees("I ask one question at a time", within=5)
        assert telegram.hook.url == ours["WEBHOOK_URL"]
    assert "it is set again" in caplog.text


@pytest.mark.parametrize("odd", odd_answers(), ids=str)
@pytest.mark.parametrize("after", [False, True])
async def test_every_call_ends_with_a_result_or_an_error_of_ours(telegram: Telegram, odd: Odd, after: bool) -> None:
    ours = settings(telegram)
    client = ApiClient(ours.token, ours.api_url)
    calls = (
        client.get_me,
        client.get_webhook_url,
        client.delete_webhook,
        lambda: client.get_updates({"timeout": 0}, 0),
        lambda: client.get_commands(""),
        lambda: client.get_profile_text("Description", ""),
        lambda: client.answer_callback_query("1", ""),
        lambda: client.delete_messages(1, [1]),
        lambda: client.remove_buttons(1, 1),
    )
    telegram.faults.always(Odd(odd.shape, odd.code, after, odd.retry_after))
    waits = list[float]()
    for call in calls:
        try:
            await call()  # type: ignore[no-untyped-call]
        except ApiError as error:
            waits.append(getattr(error, "seconds", 1.0))
    assert all(0 < wait <= 3600 for wait in waits)
    telegram.complaints.clear()
    await client.close()


@pytest.mark.parametrize(
    "wait", ["1e999", "NaN", "-Infinity", "9" * 400, "9" * 5000, '"x"', "{}", "[]", "null", "true"]
)
def test_any_retry_after_is_bounded(wait: str) -> None:
    body = f'{{"ok":false,"error_code":429,"description":"x","parameters":{{"retry_after":{wait}}}}}'
    with pytest.raises(ApiError) as raised:
        parse_answer(429, body.encode())
    assert 0 < getattr(raised.value, "seconds", 1.0) <= 3600
