"""Telegram reads a request strictly: who calls, what was given, what a text and a button may be."""

import json

import pytest

from tests.support.telegram_double import Person, Telegram
from tests.support.telegram_double.tests.bot import YES_NO, Bot, Json, keys


async def test_a_wrong_token_and_an_unknown_method_get_nowhere(bot: Bot, telegram: Telegram) -> None:
    stranger = await bot.client.post(f"{telegram.url}1:wrong/getMe")
    assert (stranger.status_code, stranger.json()["description"]) == (401, "Unauthorized")
    assert await bot.no("sendTelepathy") == "404 Not Found"
    assert (await bot.does("getme"))["is_bot"]


async def test_forms_and_json_say_the_same(bot: Bot, telegram: Telegram, ana: Person) -> None:
    url = f"{telegram.url}{telegram.token}/sendMessage"
    given = {"chat_id": str(ana.chat.id), "text": "Hé & more", "reply_markup": json.dumps(YES_NO)}
    for form in ({"data": given}, {"files": {name: (None, text) for name, text in given.items()}}, {"params": given}):
        assert (await bot.client.post(url, **form)).json()["ok"]
        assert ana.last
        assert (ana.last.text, ana.last.labels) == ("Hé & more", ["Yes", "No"])


async def test_an_unknown_parameter_is_let_pass_but_noticed(bot: Bot, telegram: Telegram, ana: Person) -> None:
    await bot.does("sendMessage", chat_id=ana.chat.id, text="hello", colour="red")
    assert telegram.complaints == ["sendMessage was given the unknown colour"]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"text": "x"}, "chat_id is empty"),
        ({"chat_id": "Ana", "text": "x"}, "chat not found"),
        ({"chat_id": 6_000_000_001}, "message text is empty"),
        ({"chat_id": 6_000_000_001, "text": 5}, "must be of type text"),
        ({"chat_id": 6_000_000_001, "text": "x", "protect_content": "perhaps"}, "must be of type bool"),
        ({"chat_id": 6_000_000_001, "text": "x", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
        ({"chat_id": 6_000_000_001, "text": "x", "reply_parameters": {"message_id": 99}}, "replied not found"),
    ],
)
async def test_a_wrong_parameter_is_refused(bot: Bot, ana: Person, given: Json, why: str) -> None:
    assert why in await bot.no("sendMessage", **given)


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ("a<br>b", 'Unsupported start tag "br" at byte offset 1'),
        ("é<p>b</p>", 'Unsupported start tag "p" at byte offset 2'),
        ("1 < 2", "at byte offset 2"),
        ("<b>bold", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b><i>x</b></i>", 'expected "</i>", found "</b>"'),
        ("x</b>", "Unexpected end tag"),
        ("<span>x</span>", 'must have class "tg-spoiler"'),
    ],
)
async def test_html_that_telegram_cannot_read_is_refused(bot: Bot, ana: Person, html: str, why: str) -> None:
    refused = await bot.no("sendMessage", chat_id=ana.chat.id, text=html, parse_mode="HTML")
    assert refused.startswith("400 Bad Request: can't parse entities: ")
    assert why in refused


async def test_html_that_telegram_reads(bot: Bot, ana: Person, telegram: Telegram) -> None:
    html = '\n <b>Bold</b> &lt;b&gt; 🙂<tg-spoiler>no</tg-spoiler> <a href="https://a.org">here </a> '
    sent = await bot.does("sendMessage", chat_id=ana.chat.id, text=html, parse_mode="HTML")
    assert sent["text"] == "Bold <b> 🙂no here"
    assert [(e["type"], e["offset"], e["length"]) for e in sent["entities"]] == [
        ("bold", 0, 4),
        ("spoiler", 11, 2),
        ("text_link", 14, 4),
    ]
    assert telegram.complaints == []


async def test_what_html_lets_pass_in_silence_is_noticed(bot: Bot, ana: Person, telegram: Telegram) -> None:
    html = 'You & <a href="tel:112">112</a>'
    sent = await bot.does("sendMessage", chat_id=ana.chat.id, text=html, parse_mode="HTML")
    assert "entities" not in sent
    assert telegram.complaints == ["a bare & in HTML", "a link in the text was dropped: Wrong HTTP URL"]


@pytest.mark.parametrize(
    ("entity", "why"),
    [
        ({"type": "bold", "offset": 0, "length": 5}, "an entity outside the text"),
        ({"type": "bold", "offset": -1, "length": 2}, "an entity outside the text"),
        ({"type": "bold", "offset": 1, "length": 0}, "an entity outside the text"),
        ({"type": "bold", "offset": 1, "length": 1}, "an entity that begins or ends within a character"),
        ({"type": "loud", "offset": 0, "length": 1}, "an entity of the kind loud"),
    ],
)
async def test_an_entity_that_is_dropped_in_silence_is_noticed(
    bot: Bot, ana: Person, telegram: Telegram, entity: Json, why: str
) -> None:
    await bot.does("sendMessage", chat_id=ana.chat.id, text="🙂ab", entities=[entity])
    assert telegram.complaints == [why]
    right = {"type": "bold", "offset": 2, "length": 2}
    await bot.does("sendMessage", chat_id=ana.chat.id, text="🙂ab", entities=[right])
    assert len(telegram.complaints) == 1


async def test_the_length_is_counted_after_parsing_and_trimming(bot: Bot, ana: Person) -> None:
    fits = " <b>" + "🙂" * 4096 + "</b> "
    await bot.does("sendMessage", chat_id=ana.chat.id, text=fits, parse_mode="HTML")
    long, empty = "x" * 4097, " <b> </b>\n"
    assert "message is too long" in await bot.no("sendMessage", chat_id=ana.chat.id, text=long)
    assert "non-empty" in await bot.no("sendMessage", chat_id=ana.chat.id, text=empty, parse_mode="HTML")


@pytest.mark.parametrize(
    ("button", "why"),
    [
        ({"text": "x", "callback_data": "я" * 32 + "x"}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": ""}, "Text buttons are unallowed"),
        ({"text": "x"}, "Text buttons are unallowed"),
        ({"text": " ", "callback_data": "x"}, "text must be non-empty"),
        ({"callback_data": "x"}, 'can\'t find field "text"'),
        ({"text": "x", "callback_data": "x", "url": "https://a.org"}, "exactly one action"),
        ({"text": "x", "url": "tel:112"}, "'tel:112' is invalid: Wrong HTTP URL"),
        ({"text": "x", "url": "mailto:a@b.org"}, "Wrong HTTP URL"),
        ({"text": "x", "url": "ftp://a.org"}, "Unsupported URL protocol"),
        ({"text": "x", "copy_text": {"text": "y" * 257}}, "COPY_TEXT_INVALID"),
        ({"text": "x", "copy_text": {"text": ""}}, "COPY_TEXT_INVALID"),
        ({"text": "x", "callback_data": "x", "style": "purple"}, "invalid button style"),
    ],
)
async def test_a_wrong_button_is_refused(bot: Bot, ana: Person, button: Json, why: str) -> None:
    assert why in await bot.no("sendMessage", chat_id=ana.chat.id, text="x", reply_markup=keys(button))


async def test_right_buttons_are_taken(bot: Bot, ana: Person) -> None:
    right = keys(
        {"text": "я", "callback_data": "я" * 32, "style": "danger"},
        {"text": "x", "url": "https://a.org"},
        {"text": "x", "url": "tg://resolve?domain=a"},
        {"text": "x", "copy_text": {"text": "y" * 256}},
    )
    await bot.does("sendMessage", chat_id=ana.chat.id, text="x", reply_markup=right)
    many = keys(*({"text": "x", "callback_data": "x"} for _ in range(101)))
    assert "too long" in await bot.no("sendMessage", chat_id=ana.chat.id, text="x", reply_markup=many)
