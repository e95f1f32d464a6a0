"""The token watch: a token is bad only when Telegram says so several times, over a minute.

One 401 or 404 may come from a gateway, or from Telegram on a bad day. So any call that ends so only raises a doubt,
and getMe decides, in polling and in webhook mode alike.
"""

import asyncio
import logging

from bot.adapters.telegram_bot.api.client import ApiClient
from bot.adapters.telegram_bot.api.errors import CONNECT_BACKOFF, ApiError, RetryAfterError, TokenDoubtError
from bot.operations.log_redaction import describe_error

log = logging.getLogger(__name__)
MIN_DENIALS = 4
DENIAL_SECONDS = 60.0  # between the first denial and the last


class TokenRejectedError(Exception):
    """Telegram does not know the token."""


class TokenWatch:
    """Finds out whether the token is good."""

    def __init__(self, client: ApiClient) -> None:
        self.client = client

    async def run(self) -> None:
        """Wait for doubts, and settle each; raise TokenRejectedError when the token is bad."""
        while True:
            await self.client.token_in_doubt.wait()
            await self.identify()
            await asyncio.sleep(CONNECT_BACKOFF.max_seconds)

    async def identify(self) -> str:
        """Return the bot's user name, however long it takes until Telegram answers.

        Raises TokenRejectedError when Telegram has denied the token several times, over a minute.
        """
        now, failures, denials, first_denial = asyncio.get_running_loop().time, 0, 0, 0.0
        while True:
            try:
                username = await self.client.get_me()
                self.client.token_in_doubt.clear()
                return username
            except TokenDoubtError:
                denials, first_denial = denials + 1, first_denial or now()
                if denials >= MIN_DENIALS and now() - first_denial >= DENIAL_SECONDS:
                    raise TokenRejectedError from None
                if denials == 1:
                    log.warning("Telegram says that it does not know the token; it is asked for a minute.")
                wait = 0.0
            except RetryAfterError as retry_after:
                wait = retry_after.seconds
            except ApiError as error:
                log.warning("Telegram does not answer: %s", describe_error(error))
                wait = 0.0
            failures += 1
            await asyncio.sleep(max(CONNECT_BACKOFF.delay(failures), wait))
