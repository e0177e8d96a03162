"""The scripted server, and a connection to it."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from studio.service.connection import Connection
from studio.service.retries import RetryPolicy
from studio.service.transport import Timeouts, Transport
from tests.service.server import Server

KEY = "sk-studio-0123456789abcdef"


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


class Waits(list[float]):
    """The waits a transport asked for; none is really waited."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest_asyncio.fixture
async def transport(server: Server, waits: Waits) -> AsyncIterator[Transport]:
    connection = Connection("local", server.url, KEY)
    timeouts = Timeouts(connect_s=2, read_s=2, completion_s=5, stream_idle_s=2)
    async with Transport(connection, sleep=waits, retry=RetryPolicy(jitter=lambda: 1.0), timeouts=timeouts) as made:
        yield made
