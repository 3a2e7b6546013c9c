"""The server as a process: ``python -m tests.bot_api --port N`` until SIGINT or SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import signal

from tests.bot_api import TOKEN, Control
from tests.bot_api.hosting import HOST, Host
from tests.bot_api.remote import routes
from tests.bot_api.world import World


async def serve(token: str, port: int) -> None:
    host = Host(World(token), port)
    loop = asyncio.get_running_loop()
    control = Control(host.world, lambda seconds: host.refuse_for(seconds, loop))
    await host.start(*routes(control))
    print(f"http://{HOST}:{host.port} {token}", flush=True)
    done = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, done.set)
    await done.wait()
    await host.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one, and prints it")
    parser.add_argument("--token", default=TOKEN)
    arguments = parser.parse_args()
    asyncio.run(serve(arguments.token, arguments.port))


if __name__ == "__main__":
    main()
