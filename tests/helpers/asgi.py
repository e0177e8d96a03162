"""Serving a small ASGI application on loopback, in the loop of a test."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

import uvicorn


@asynccontextmanager
async def serving(app: Any, port: int = 0, *, sockets: bool = False) -> AsyncIterator[int]:
    """Serve *app* inside the block and yield its port; with *sockets* also WebSockets."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.bind(("127.0.0.1", port))
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="websockets-sansio" if sockets else "none",
            http="h11",
            timeout_graceful_shutdown=1,
        )
        config.load()
        server = uvicorn.Server(config)
        server.lifespan = config.lifespan_class(config)
        await server.startup([listener])
        try:
            yield listener.getsockname()[1]
        finally:
            await server.shutdown([listener])


async def body_of(receive: Any) -> bytes:
    """Return the whole body of a request."""
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


def headers_of(scope: Any) -> dict[str, str]:
    """Return a request's headers, names in lower case."""
    return {name.decode().lower(): value.decode() for name, value in scope["headers"]}


def form_of(content_type: str, body: bytes) -> list[tuple[str, str | None, bytes]]:
    """Return the parts of a multipart form: name, file name and content."""
    form = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    return [
        (str(part.get_param("name", header="content-disposition")), part.get_filename(), part.get_payload(decode=True))
        for part in form.iter_parts()
    ]


async def answer(send: Any, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
    """Send a whole answer."""
    pairs = {"content-length": str(len(body)), **(headers or {})}
    raw = [(name.encode(), value.encode()) for name, value in pairs.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})
