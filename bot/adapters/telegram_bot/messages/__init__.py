"""Messages of the engine as Telegram messages, buttons and callback data."""
