"""The bot's profile in Telegram: commands and descriptions, set in each language that differs."""

from bot.adapters.telegram_bot.api.client import ApiClient
from bot.model.bundle import BASE_LANGUAGE, ContentBundle

MENU_COMMANDS = ("start", "help", "back", "urgent", "country", "language", "privacy", "stop", "hide", "delete")
PROFILE_TEXTS = {"Description": "bot_description", "ShortDescription": "bot_about"}


async def update_profile(client: ApiClient, bundle: ContentBundle) -> None:
    """Update the bot's profile, but only what differs from it: Telegram allows few changes a day."""
    for language in bundle.languages or (BASE_LANGUAGE,):
        code = "" if language == BASE_LANGUAGE else language  # without a code: for every other language, in English
        await _update_commands(client, bundle, language, code)
        for name, phrase in PROFILE_TEXTS.items():
            text = bundle.text(phrase, language)
            if await client.get_profile_text(name, code) != text:
                await client.set_profile_text(name, text, code)


async def _update_commands(client: ApiClient, bundle: ContentBundle, language: str, code: str) -> None:
    """Update the menu of commands in one language."""
    wanted = [{"command": name, "description": bundle.text(f"command_{name}", language)} for name in MENU_COMMANDS]
    if await client.get_commands(code) != wanted:
        await client.set_commands(wanted, code)
