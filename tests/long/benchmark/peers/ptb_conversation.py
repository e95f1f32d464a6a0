"""python-telegram-bot's ConversationHandler, one state a question; with a file name, kept by PicklePersistence."""

import os
import sys

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    PicklePersistence,
)

from tests.long.benchmark.dialog import OPTIONS, QUESTIONS, STEPS, said

KEYS = InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=str(at))] for at, text in enumerate(OPTIONS)])


async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    context.user_data.clear()
    await update.message.reply_text(QUESTIONS[0], reply_markup=KEYS)
    return 0


async def tap(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    step, option = len(context.user_data), int(update.callback_query.data)
    context.user_data[step] = option
    text = said(step, option)
    await update.callback_query.answer()
    await update.callback_query.edit_message_text(text, reply_markup=KEYS if text in QUESTIONS else None)
    return step + 1 if text in QUESTIONS else ConversationHandler.END


builder = Application.builder().token(os.environ["TELEGRAM_TOKEN"]).base_url(f"{os.environ['TELEGRAM_API_URL']}/bot")
kept = len(sys.argv) > 1
if kept:
    builder = builder.persistence(PicklePersistence(sys.argv[1]))
application = builder.build()
application.add_handler(
    ConversationHandler(
        entry_points=[CommandHandler("start", start)],
        states={step: [CallbackQueryHandler(tap)] for step in range(STEPS)},
        fallbacks=[],
        allow_reentry=True,
        per_chat=True,
        name="dialog",
        persistent=kept,
    )
)
application.run_polling()
