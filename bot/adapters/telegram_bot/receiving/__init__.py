"""Receiving of Telegram updates, by long polling or webhook, up to the session service."""
