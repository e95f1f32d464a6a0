"""The bot's profile in Telegram: commands and descriptions, set in each language that differs."""

from telegram import Bot, BotCommand

from bot.model.bundle import BASE, Library

COMMANDS = ("start", "help", "back", "urgent", "country", "language", "privacy", "stop", "hide", "delete")


async def introduce(bot: Bot, library: Library) -> None:
    """Update the bot's profile, but only what differs from it: Telegram allows few changes a day."""
    for language in library.languages or (BASE,):
        code = None if language == BASE else language  # without a code: for every other language, in English
        await _commands(bot, library, language, code)
        description = library.text("bot_description", language)
        if (await bot.get_my_description(code)).description != description:
            await bot.set_my_description(description, code)
        about = library.text("bot_about", language)
        if (await bot.get_my_short_description(code)).short_description != about:
            await bot.set_my_short_description(about, code)


async def _commands(bot: Bot, library: Library, language: str, code: str | None) -> None:
    """Update the menu of commands in one language."""
    said = [(name, library.text(f"command_{name}", language)) for name in COMMANDS]
    there = await bot.get_my_commands(language_code=code)
    if [(command.command, command.description) for command in there] != said:
        await bot.set_my_commands([BotCommand(*one) for one in said], language_code=code)
