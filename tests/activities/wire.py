"""A server of raw bytes: what no well-behaved gateway would answer."""

from __future__ import annotations

import asyncio
from typing import Self


class Wire:
    """A TCP server that reads one HTTP request a connection and answers `reply`; None: never, b"": hangs up.

    As long as there are `replies`, those are given first, one after the other. `host` is where it listens.
    """

    def __init__(self, reply: bytes | None = b"", host: str = "127.0.0.1") -> None:
        self.reply = reply
        self.replies: list[bytes] = []
        self._host = host
        self.requests: list[str] = []
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, self._host, 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()

    @property
    def url(self) -> str:
        """Where it listens."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self.port}"

    @property
    def port(self) -> int:
        """On which port."""
        assert self._server is not None
        return self._server.sockets[0].getsockname()[1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next((line[16:] for line in head.splitlines() if line.lower().startswith("content-length: ")), "0")
        self.requests.append(head + (await reader.readexactly(int(length))).decode())
        reply = self.replies.pop(0) if self.replies else self.reply
        if reply is None:
            await reader.read()  # until the other side has had enough
        else:
            writer.write(reply)
        writer.close()


def answer(status: str, body: str = "", **headers: str) -> bytes:
    """An HTTP response."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body.encode())}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()
