"""HTTP requests as bytes, and asking for a single answer.

Owns: the text of a request.
Does not own: sending many (`load`).
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self, TypeAlias
from urllib.parse import quote, urlencode

Answer: TypeAlias = tuple[int, dict[str, str], bytes]
"""Status, headers with names in lower case, body."""


def get(path: str, **headers: str) -> bytes:
    """Return a GET request; `_` in the name of a header stands for `-`."""
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def post(path: str, query: str, variables: Mapping[str, object] | None = None) -> bytes:
    """Return a POST request with a GraphQL document."""
    envelope: dict[str, object] = {"query": query}
    if variables:
        envelope["variables"] = variables
    body = json.dumps(envelope, ensure_ascii=False).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def with_parameters(path: str, *given: str) -> str:
    """Return a path of the floor with its parameters."""
    return f"{path}?{urlencode([('given', value) for value in given])}" if given else path


def with_query(path: str, query: str) -> str:
    """Return a path with a GraphQL document in its query string."""
    return f"{path}?query={quote(query, safe='')}"


@dataclass(frozen=True, slots=True)
class Line:
    """A connection on which one request is answered after the other."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def open(cls, port: int) -> Self:
        """Return a connection to a server on this machine."""
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def answer(self, request: bytes) -> Answer:
        """Return the answer to a request."""
        self.writer.write(request)
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(await self.reader.readline(), 16):
                body += (await self.reader.readexactly(size + 2))[:-2]
            await self.reader.readline()
        else:
            body = await self.reader.readexactly(int(headers.get("content-length", "0")))
        return int(lines[0].split(" ")[1]), headers, body

    async def close(self) -> None:
        """Close the connection."""
        self.writer.close()
        await self.writer.wait_closed()


async def answer(port: int, request: bytes) -> Answer:
    """Return the answer to a single request."""
    line = await Line.open(port)
    try:
        return await line.answer(request)
    finally:
        await line.close()
