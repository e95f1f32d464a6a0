"""The bot's profile in Telegram: commands and descriptions, set in each language that differs."""

from telegram import Bot, BotCommand

from bot.model.bundle import BASE_LANGUAGE, ContentBundle

MENU_COMMANDS = ("start", "help", "back", "urgent", "country", "language", "privacy", "stop", "hide", "delete")


async def update_profile(bot: Bot, bundle: ContentBundle) -> None:
    """Update the bot's profile, but only what differs from it: Telegram allows few changes a day."""
    for language in bundle.languages or (BASE_LANGUAGE,):
        code = None if language == BASE_LANGUAGE else language  # without a code: for every other language, in English
        await _update_commands(bot, bundle, language, code)
        description = bundle.text("bot_description", language)
        if (await bot.get_my_description(code)).description != description:
            await bot.set_my_description(description, code)
        about = bundle.text("bot_about", language)
        if (await bot.get_my_short_description(code)).short_description != about:
            await bot.set_my_short_description(about, code)


async def _update_commands(bot: Bot, bundle: ContentBundle, language: str, code: str | None) -> None:
    """Update the menu of commands in one language."""
    wanted = [(name, bundle.text(f"command_{name}", language)) for name in MENU_COMMANDS]
    current = await bot.get_my_commands(language_code=code)
    if [(command.command, command.description) for command in current] != wanted:
        await bot.set_my_commands([BotCommand(*pair) for pair in wanted], language_code=code)
