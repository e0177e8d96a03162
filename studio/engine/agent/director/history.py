"""Read a conversation: the newest request, what this turn already did, and earlier prompts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from studio.contract.chat import MediaKind, Message, ToolCall, call_arguments

KIND_OF_TOOL: dict[str, MediaKind] = {
    **dict.fromkeys(
        (
            "generate_image", "edit_image", "apply_style", "restore_photo", "refine_result", "change_angle",
            "upscale_image", "remove_background", "segment_image",
        ), "image",
    ),
    **dict.fromkeys(
        (
            "generate_video", "animate_photo", "sound_to_video", "video_to_video", "orbit_video", "dance_montage",
            "stitch_video", "extend_video", "replace_video_segment", "overlay_video", "add_subtitles", "upscale_video",
        ), "video",
    ),
    "generate_music": "audio",
    "generate_speech": "audio",
}  # fmt: skip
"""What lane a tool's results land in; ``image_to_3d`` and texts have none."""


@dataclass(frozen=True)
class Done:
    """One call with its result as the conversation shows them."""

    name: str
    arguments: dict[str, Any]
    result: dict[str, Any]
    text: str

    @property
    def failed(self) -> bool:
        """Whether the result counts as failed (contract/errors.md §6)."""
        error = self.result.get("error")
        return self.result.get("ok") is False or self.result.get("success") is False or bool(error)

    @property
    def kind(self) -> MediaKind | None:
        """The lane of its outputs."""
        return KIND_OF_TOOL.get(self.name)

    @property
    def indices(self) -> list[int]:
        """Where its outputs landed; empty when it made none or the result does not say."""
        given = self.result.get("indices")
        if isinstance(given, list) and given and all(isinstance(n, int) for n in given):
            return list(given)
        start = self.result.get("startIndex", self.result.get("start_index"))
        if isinstance(start, int) and self.kind:
            return list(range(start, start + max(1, len(self.urls))))
        return []

    @property
    def urls(self) -> list[str]:
        """The URLs of its outputs."""
        out: list[str] = []
        for key in ("resultUrls", "videoResultUrls", "audioResultUrls"):
            value = self.result.get(key)
            out += [url for url in value if isinstance(url, str)] if isinstance(value, list) else []
        return out


@dataclass
class Conversation:
    """What the director needs of the messages."""

    system: str
    request: Message | None
    """The newest user message."""
    rounds: list[list[Done]] = field(default_factory=list)
    """Calls of this turn with their results, one list for each assistant message with calls."""
    earlier: list[Done] = field(default_factory=list)
    """Calls of earlier turns, oldest first."""
    earlier_requests: list[str] = field(default_factory=list)
    turns: list[tuple[str, list[Done]]] = field(default_factory=list)
    """Earlier requests with the calls that answered each."""
    undone: list[Done] = field(default_factory=list)
    """Calls of earlier turns that the person took back, in the order they did."""
    back: dict[MediaKind, int] = field(default_factory=dict)
    """The piece that they went back to, by kind, where nothing newer was made since."""

    @property
    def standing(self) -> list[Done]:
        """Calls of earlier turns that were not taken back, oldest first."""
        return [done for done in self.earlier if not any(done is other for other in self.undone)]

    @property
    def turn(self) -> list[Done]:
        """Every call of this turn."""
        return [done for group in self.rounds for done in group]

    def last_prompt(self, tools: tuple[str, ...]) -> Done | None:
        """Return the latest earlier call of one of *tools* that had a prompt."""
        for done in reversed(self.standing):
            if done.name in tools and isinstance(done.arguments.get("prompt"), str):
                return done
        return None


def read_conversation(messages: Sequence[Message]) -> Conversation:
    """Split *messages* at the newest user message."""
    newest = max((i for i, message in enumerate(messages) if message.role == "user"), default=-1)
    system = "\n".join(message.text for message in messages if message.role in ("system", "developer"))
    results = {m.tool_call_id: m.text for m in messages if m.role == "tool" and m.tool_call_id}
    conversation = Conversation(system, messages[newest] if newest >= 0 else None)
    for place, message in enumerate(messages):
        if message.role == "user" and place != newest:
            conversation.earlier_requests.append(message.text)
            if place < newest:
                conversation.turns.append((message.text, []))
        if message.role == "assistant" and not message.tool_calls and place < newest and conversation.turns:
            _note_writing(conversation.turns[-1][1], message.text)
        if message.role == "assistant" and message.tool_calls:
            group = [_done(call, results.get(call.id, "")) for call in message.tool_calls]
            if place > newest:
                conversation.rounds.append(group)
            else:
                conversation.earlier += group
                if conversation.turns:
                    conversation.turns[-1][1].extend(group)
    return conversation


_WRITES = {"compose_lyrics": "lyrics", "compose_script": "script", "enhance_prompt": "prompt"}


def _note_writing(calls: Sequence[Done], said: str) -> None:
    """Give a text back to the call that wrote it, where a client keeps texts in the answer alone."""
    for done in calls:
        member = _WRITES.get(done.name)
        if member is None or done.failed or isinstance(done.result.get(member), str):
            continue
        parts = [part for part in said.split("\n\n") if part.strip() and not part.startswith(("**", "Say “"))]
        sung = [part for part in parts if part.startswith("[")]
        quoted = [part[2:] for part in parts if part.startswith("> ")]
        if chosen := quoted if member == "prompt" else sung or parts if member == "lyrics" else parts:
            done.result[member] = "\n\n".join(chosen)


def _done(call: ToolCall, text: str) -> Done:
    try:
        result = msgspec.json.decode(text) if text else {}
    except msgspec.DecodeError:
        result = {}
    return Done(call.function.name, call_arguments(call), result if isinstance(result, dict) else {}, text)
