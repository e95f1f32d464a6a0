"""aiogram-dialog: a window for each question, its state in memory."""

import asyncio
import os

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, StartMode, Window, setup_dialogs
from aiogram_dialog.widgets.kbd import Button, Column
from aiogram_dialog.widgets.text import Const

from tests.long.benchmark.dialog import ENDING, HELP, OPTIONS, QUESTIONS, said

Talk = type(
    "Talk", (StatesGroup,), {name: State() for name in [*(f"q{at}" for at in range(len(QUESTIONS))), "end", "help"]}
)


def window(step: int) -> Window:
    async def tap(query: CallbackQuery, button: Button, manager: DialogManager) -> None:
        option = int(button.widget_id[1:])
        manager.dialog_data[str(step)] = option
        text = said(step, option)
        goes = {HELP: "help", ENDING: "end"}.get(text, f"q{step + 1}")
        await manager.switch_to(getattr(Talk, goes))

    buttons = [Button(Const(text), id=f"o{at}", on_click=tap) for at, text in enumerate(OPTIONS)]
    return Window(Const(QUESTIONS[step]), Column(*buttons), state=getattr(Talk, f"q{step}"))


dispatcher = Dispatcher()


@dispatcher.message(CommandStart())
async def start(message: Message, dialog_manager: DialogManager) -> None:
    await dialog_manager.start(Talk.q0, mode=StartMode.RESET_STACK)


async def main() -> None:
    windows = [window(step) for step in range(len(QUESTIONS))]
    windows += [Window(Const(ENDING), state=Talk.end), Window(Const(HELP), state=Talk.help)]
    dispatcher.include_router(Dialog(*windows))
    setup_dialogs(dispatcher)
    session = AiohttpSession(api=TelegramAPIServer.from_base(os.environ["TELEGRAM_API_URL"]))
    await dispatcher.start_polling(Bot(os.environ["TELEGRAM_TOKEN"], session=session))


asyncio.run(main())
