"""The thinnest HTTP/1.1 client over loopback, so that a benchmark measures the server and not its client."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass
class RawClient:
    """One kept-alive connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    host: str

    @classmethod
    async def connect(cls, url: str) -> "RawClient":
        parts = urlsplit(url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=1 << 22)
        return cls(reader, writer, parts.netloc)

    def send(self, method: str, path: str, headers: Mapping[str, str], body: object = None) -> None:
        data = b"" if body is None else json.dumps(body).encode()
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}", *(f"{k}: {v}" for k, v in headers.items())]
        if data:
            lines += ["Content-Type: application/json", f"Content-Length: {len(data)}"]
        self.writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + data)

    async def head(self) -> tuple[int, dict[str, str]]:
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        return int(lines[0].split()[1]), headers

    async def ask(self, method: str, path: str, headers: Mapping[str, str], body: object = None) -> bytes:
        """Send a request and return its body."""
        self.send(method, path, headers, body)
        status, got = await self.head()
        assert status < 300, status
        return await self.reader.readexactly(int(got["content-length"]))

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the chunks of a streamed answer."""
        while size := int((await self.reader.readline()).strip() or b"0", 16):
            yield (await self.reader.readexactly(size + 2))[:-2]

    def close(self) -> None:
        self.writer.close()
