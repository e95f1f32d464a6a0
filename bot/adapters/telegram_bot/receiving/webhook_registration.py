"""The webhook's registration at Telegram: set at the start, looked at every few seconds, and set again when it is gone.

Whoever else has the token can take it away, by another address or by none. Then nothing is posted here any more and
nothing fails: only Telegram knows of it.
"""

import asyncio
import logging

from bot.adapters.telegram_bot.api.client import ApiClient
from bot.adapters.telegram_bot.api.errors import (
    CONNECT_BACKOFF,
    ApiError,
    RequestRejectedError,
    RetryAfterError,
)
from bot.adapters.telegram_bot.receiving.polling import ALLOWED_UPDATES
from bot.operations.log_redaction import describe_error

log = logging.getLogger(__name__)
CHECK_SECONDS = 3.0  # between two looks; a bot that was made deaf hears again within five
MAX_WEBHOOK_CONNECTIONS = 40
MAX_REJECTIONS = 4


class WebhookRejectedError(Exception):
    """Telegram rejects the webhook's address."""


class WebhookRegistration:
    """Keeps the webhook *url* registered."""

    def __init__(self, client: ApiClient, url: str, secret: str) -> None:
        self.client, self.url, self._secret = client, url, secret
        self._registered_url = ""  # as Telegram writes it

    async def run(self) -> None:
        """Register the webhook, and keep it registered until cancelled.

        Raises WebhookRejectedError after several rejections at the start. One may be a name that Telegram could not
        look up; several mean an address that it does not take.
        """
        await self._register_first()
        while True:
            wait = CHECK_SECONDS
            try:
                await self._check()
            except RetryAfterError as retry_after:
                wait = max(wait, retry_after.seconds)
            except ApiError as error:
                log.info("the webhook could not be looked at: %s", type(error).__name__)
            await asyncio.sleep(wait)

    async def _register_first(self) -> None:
        """Register the webhook, however long it takes until Telegram answers."""
        failures, rejections = 0, 0
        while True:
            wait = 0.0
            try:
                return await self._register()
            except RetryAfterError as retry_after:
                wait = retry_after.seconds
            except ApiError as error:
                rejections += isinstance(error, RequestRejectedError)
                if rejections >= MAX_REJECTIONS:
                    raise WebhookRejectedError from None
                log.warning("Telegram does not answer: %s", describe_error(error))
            failures += 1
            await asyncio.sleep(max(CONNECT_BACKOFF.delay(failures), wait))

    async def _register(self) -> None:
        """Register the webhook."""
        self._registered_url = ""
        await self.client.set_webhook(
            self.url,
            secret_token=self._secret,
            allowed_updates=ALLOWED_UPDATES,
            max_connections=MAX_WEBHOOK_CONNECTIONS,
        )

    async def _check(self) -> None:
        """Look whether the webhook is ours still; register it again if not.

        Telegram may write an address otherwise than we did: what it says just after it was set is ours.
        """
        url = await self.client.get_webhook_url()
        if url and not self._registered_url:
            self._registered_url = url
        if url != self._registered_url or not url:
            log.error(
                "somebody else with this token %s; it is set again. Is the token known to somebody else?",
                "set another webhook" if url else "took the webhook away",
            )
            await self._register()
