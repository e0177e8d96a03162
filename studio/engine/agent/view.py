"""The conversation as one backend sees it.

The director reads messages as they are. A language model gets our instructions and the
list of pieces (only when it may use our tools: a coding agent's conversation passes
through untouched), notes for badges, and pictures it can see, upright and reduced.
"""

import asyncio
import logging
from collections.abc import Sequence

import msgspec

from studio.contract.chat import ImagePart, ImageUrl, Message, TextPart
from studio.contract.errors import InvalidRequest, ToolError
from studio.contract.media import MediaIndex, badge
from studio.engine.agent.backends.base import Backend
from studio.engine.agent.prompts import agent_prompt, media_text, mention_note
from studio.engine.data_uri import data_uri
from studio.engine.media_desk import Caller, MediaDesk
from studio.engine.pictures import vision_copy

log = logging.getLogger(__name__)


class View:
    """Prepares messages for the backends of one request; a picture is reduced once."""

    def __init__(self, caller: Caller, desk: MediaDesk) -> None:
        self._caller = caller
        self._desk = desk
        self._copies: dict[str, str | None] = {}

    async def messages(
        self, messages: Sequence[Message], backend: Backend, media: MediaIndex, *, with_tools: bool
    ) -> list[Message]:
        """Return *messages* for *backend*."""
        if backend.tools_mode == "director":
            return list(messages)
        newest = max((i for i, message in enumerate(messages) if message.role == "user"), default=-1)
        out = self._system(messages, media) if with_tools else []
        for i, message in enumerate(messages):
            if message.role == "system" and with_tools:
                continue
            shown = await self._pictures(message, backend, media)
            if i == newest and with_tools:
                shown = _noted(shown, mention_note(message.text, media))
            out.append(shown)
        return out

    def _system(self, messages: Sequence[Message], media: MediaIndex) -> list[Message]:
        # One system message: some chat templates refuse a second one, or one that is not first.
        theirs = [message.text for message in messages if message.role == "system"]
        return [Message("system", "\n\n".join(part for part in (agent_prompt(), *theirs, media_text(media)) if part))]

    async def _pictures(self, message: Message, backend: Backend, media: MediaIndex) -> Message:
        if not isinstance(message.content, list):
            return message
        parts: list[TextPart | ImagePart] = []
        for part in message.content:
            if isinstance(part, TextPart):
                parts.append(part)
                continue
            copy = await self._copy(part.image_url.url) if backend.vision else None
            if copy is not None:
                parts.append(ImagePart(ImageUrl(copy, part.image_url.detail)))
            else:
                parts.append(TextPart(_named(part.image_url.url, media, seen=backend.vision)))
        if all(isinstance(part, TextPart) for part in parts):
            # Servers without vision often take plain text only.
            return msgspec.structs.replace(message, content="\n".join(p.text for p in parts if isinstance(p, TextPart)))
        return msgspec.structs.replace(message, content=parts)

    async def _copy(self, url: str) -> str | None:
        if url not in self._copies:
            try:
                asset = await self._desk.find(self._caller, url)
                self._copies[url] = data_uri(*await asyncio.to_thread(lambda: vision_copy(asset.path.read_bytes())))
            except (ToolError, InvalidRequest, OSError) as error:
                log.info("a picture could not be shown to the model: %s", type(error).__name__)
                self._copies[url] = None
        return self._copies[url]


def _named(url: str, media: MediaIndex, *, seen: bool) -> str:
    found = media.find(url)
    name = badge(*found) if found else "a picture"
    return f"[{name}: it could not be read]" if seen else f"[{name}: you can't see it, but the tools can]"


def _noted(message: Message, note: str) -> Message:
    if not note:
        return message
    if isinstance(message.content, list):
        return msgspec.structs.replace(message, content=[*message.content, TextPart(note)])
    return msgspec.structs.replace(message, content=f"{message.content or ''}\n\n{note}")
