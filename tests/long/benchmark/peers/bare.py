"""The limit with a real HTTP client: asyncio, aiohttp and a dictionary; nothing is kept, checked or explained."""

import asyncio
import os
import sys

import aiohttp
from aiohttp import web

from tests.long.benchmark.dialog import OPTIONS, QUESTIONS, said

BASE = f"{os.environ['TELEGRAM_API_URL']}/bot{os.environ['TELEGRAM_TOKEN']}"
PLACE: dict[int, int] = {}


def keys() -> dict:
    return {"inline_keyboard": [[{"text": text, "callback_data": str(at)}] for at, text in enumerate(OPTIONS)]}


async def hear(session: aiohttp.ClientSession, update: dict) -> None:
    if query := update.get("callback_query"):
        chat, option = query["message"]["chat"]["id"], int(query["data"])
        text = said(PLACE[chat], option)
        PLACE[chat] += 1
        await ask(session, "answerCallbackQuery", callback_query_id=query["id"])
        fields = {"chat_id": chat, "message_id": query["message"]["message_id"], "text": text}
        more = {"reply_markup": keys()} if text in QUESTIONS else {}
        await ask(session, "editMessageText", **fields, **more)
    elif message := update.get("message"):
        PLACE[message["chat"]["id"]] = 0
        await ask(session, "sendMessage", chat_id=message["chat"]["id"], text=QUESTIONS[0], reply_markup=keys())


async def ask(session: aiohttp.ClientSession, method: str, **fields: object) -> object:
    async with session.post(f"{BASE}/{method}", json=fields) as answer:
        return (await answer.json())["result"]


async def poll() -> None:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session:
        offset, tasks = 0, set()
        while True:
            for update in await ask(session, "getUpdates", offset=offset, timeout=25):
                offset = update["update_id"] + 1
                tasks.add(task := asyncio.create_task(hear(session, update)))
                task.add_done_callback(tasks.discard)


async def serve() -> None:
    async with aiohttp.ClientSession() as session:

        async def take(request: web.Request) -> web.Response:
            await hear(session, await request.json())
            return web.Response()

        application = web.Application()
        application.router.add_post("/", take)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        host, _, port = os.environ["WEBHOOK_LISTEN"].partition(":")
        await web.TCPSite(runner, host, int(port)).start()
        await asyncio.Event().wait()


asyncio.run(serve() if "webhook" in sys.argv else poll())
