"""The double as a process of its own: `python -m tests.support.telegram_double --port 8081`."""

import argparse
import asyncio
import contextlib
import json
import signal

from tests.support.telegram_double.rules import Rules, documented
from tests.support.telegram_double.telegram import Telegram


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.support.telegram_double", description="Telegram's Bot API on loopback."
    )
    parser.add_argument("--port", type=int, default=0, help="any free one when left out")
    parser.add_argument("--token", default="", help="a made-up one when left out")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--speed", type=float, default=1.0, help="how many of its seconds pass in a real one")
    parser.add_argument("--documented", action="store_true", help="the rates that Telegram documents")
    given = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(given))


async def serve(given: argparse.Namespace) -> None:
    """Say in one line of JSON where it is, and stay until SIGTERM."""
    rules = documented() if given.documented else Rules()
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    async with Telegram(
        seed=given.seed, rules=rules, speed=given.speed, port=given.port, token=given.token
    ) as telegram:
        control = f"http://127.0.0.1:{telegram.server.port}/control/"
        print(json.dumps({"url": telegram.url, "token": telegram.token, "control": control}), flush=True)
        await over.wait()


main()
