"""The Telegram adapter: receives updates for the session service, delivers the outbox."""
