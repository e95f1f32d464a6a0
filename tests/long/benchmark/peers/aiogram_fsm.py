"""aiogram 3 with its state machine in memory; with an address, in Redis."""

import asyncio
import os
import sys

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.fsm.storage.redis import RedisStorage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from tests.long.benchmark.dialog import OPTIONS, QUESTIONS, said

KEYS = InlineKeyboardMarkup(
    inline_keyboard=[[InlineKeyboardButton(text=text, callback_data=str(at))] for at, text in enumerate(OPTIONS)]
)


class Dialog(StatesGroup):
    asking = State()


dispatcher = Dispatcher(storage=RedisStorage.from_url(sys.argv[1]) if len(sys.argv) > 1 else MemoryStorage())


@dispatcher.message(CommandStart())
async def start(message: Message, state: FSMContext) -> None:
    await state.set_state(Dialog.asking)
    await state.set_data({"answers": []})
    await message.answer(QUESTIONS[0], reply_markup=KEYS)


@dispatcher.callback_query(Dialog.asking)
async def tap(query: CallbackQuery, state: FSMContext) -> None:
    answers, option = (await state.get_data())["answers"], int(query.data)
    text = said(len(answers), option)
    await state.update_data(answers=[*answers, option])
    await query.answer()
    await query.message.edit_text(text, reply_markup=KEYS if text in QUESTIONS else None)


async def main() -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(os.environ["TELEGRAM_API_URL"]))
    await dispatcher.start_polling(Bot(os.environ["TELEGRAM_TOKEN"], session=session))


asyncio.run(main())
