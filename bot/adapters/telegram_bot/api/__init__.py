"""The Telegram Bot API client: requests, transports and errors."""
