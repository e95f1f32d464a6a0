"""A bot with no manners: it sends whatever a test tells it to."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.support.telegram_double import Person, Telegram

Json = dict[str, Any]
DAY = 24 * 3600.0


@dataclass
class Bot:
    """A bot with no manners: it sends whatever a test tells it to."""

    telegram: Telegram
    client: httpx.AsyncClient

    async def __call__(self, method: str, **given: Any) -> Any:
        """The whole answer of *method*; what is given travels as JSON."""
        return (await self.client.post(f"{self.telegram.url}{self.telegram.token}/{method}", json=given)).json()

    async def does(self, method: str, **given: Any) -> Any:
        answer = await self(method, **given)
        assert answer["ok"], answer
        return answer["result"]

    async def no(self, method: str, **given: Any) -> str:
        """How *method* is refused."""
        answer = await self(method, **given)
        assert not answer["ok"], answer
        return f"{answer['error_code']} {answer['description']}"


def keys(*buttons: Json) -> Json:
    return {"inline_keyboard": [[button] for button in buttons]}


YES_NO = keys({"text": "Yes", "callback_data": "y"}, {"text": "No", "callback_data": "n"})


async def ask(bot: Bot, person: Person, text: str = "Is it?") -> Json:
    sent: Json = await bot.does("sendMessage", chat_id=person.chat.id, text=text, reply_markup=YES_NO)
    return sent
