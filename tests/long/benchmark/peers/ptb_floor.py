"""python-telegram-bot's floor: a handler that only answers and edits; the state is in the button."""

import os

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes

from tests.long.benchmark.dialog import OPTIONS, QUESTIONS, said


def keys(step: int) -> InlineKeyboardMarkup:
    rows = [[InlineKeyboardButton(text, callback_data=f"{step}.{at}")] for at, text in enumerate(OPTIONS)]
    return InlineKeyboardMarkup(rows)


async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    await update.message.reply_text(QUESTIONS[0], reply_markup=keys(0))


async def tap(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    step, option = map(int, update.callback_query.data.split("."))
    text = said(step, option)
    await update.callback_query.answer()
    await update.callback_query.edit_message_text(text, reply_markup=keys(step + 1) if text in QUESTIONS else None)


builder = Application.builder().token(os.environ["TELEGRAM_TOKEN"]).base_url(f"{os.environ['TELEGRAM_API_URL']}/bot")
application = builder.concurrent_updates(True).build()
application.add_handler(CommandHandler("start", start))
application.add_handler(CallbackQueryHandler(tap))
application.run_polling()
