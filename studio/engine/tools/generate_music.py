"""``generate_music``: a piece composed by rules and played with sampled and calculated instruments."""

import asyncio
import re
import zlib
from pathlib import Path
from typing import Any, Final

from studio.contract.errors import ToolError
from studio.engine.renderers.music.jobs import make_music, make_music_quietly
from studio.engine.renderers.music.order import LOOP, MusicOrder, SoundFormat
from studio.engine.renderers.music.theory import parse_key
from studio.engine.renderers.rendered import RenderedMedia
from studio.engine.tools.base import Made, ToolContext, ToolOutcome
from studio.engine.tools.common import about, expand, made_media, scratch, variations

RENDERER: Final = "composer"
MODEL: Final = "Built-in composer"
MIN_S, MAX_S = 10.0, 600.0
MIN_BPM, MAX_BPM = 30.0, 300.0
METRES: Final = (2, 3, 4, 6)
_LOOP_OFF_S: Final = 0.05
MAX_LYRICS: Final = 12_000
MAX_LOSSLESS_S: Final = 1200.0
_SEED: Final = re.compile(r"\bseed\s*[:=#]?\s*(\d{1,10})\b", re.IGNORECASE)
_VOICE: Final = re.compile(
    r"(?<!no )(?<!without )\b(?:vocals?|vocalists?|sing(?:er|ers|ing)?|sung|rap(?:per|ping)|lyrics)\b", re.IGNORECASE
)
_FORMAT: Final = re.compile(r"\b(?:as|in|to|format:?)\s+(?:an?\s+)?(wav|flac|mp3)\b(?:\s+files?)?", re.IGNORECASE)


class GenerateMusic:
    """The built-in composer: 10 s to 10 min, 34 genres; it cannot sing, so a voice-like sound carries lyrics.

    The same request gives the same piece. Further variations, or a “seed 7” in the prompt, give others.
    """

    name: Final = "generate_music"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        choice = await context.choose(self.name, arguments.get("model"))
        if choice.other is not None:
            return await choice.other.run(self.name, choice.model or "", arguments, context)
        orders = self._orders(arguments)
        async with scratch(context) as folder:
            results = await self._render(orders, context, folder)
            made: list[Made] = []
            for order, rendered in zip(orders, results, strict=True):
                made += await _files(order, rendered)
        return ToolOutcome(
            message=_message(orders, results),
            renderer=RENDERER,
            model=MODEL,
            reason=_reason(arguments, choice.reason),
            alternatives=choice.alternatives,
            made=made,
            text={"lyrics": orders[0].lyrics} if orders[0].lyrics else {},
            data={"tracks": [_facts(order, rendered) for order, rendered in zip(orders, results, strict=True)]},
        )

    def _orders(self, arguments: dict[str, Any]) -> list[MusicOrder]:
        prompt = str(arguments["prompt"]).strip()
        if not prompt:
            raise ToolError("USER_INPUT_INCOMPLETE", "Say what the music should be like: a genre, a mood, instruments.")
        duration = _number(arguments, "duration", MIN_S, MAX_S)
        bpm = _number(arguments, "bpm", MIN_BPM, MAX_BPM)
        beats = _number(arguments, "timesig", min(METRES), max(METRES))
        if beats is not None and beats not in METRES:
            raise ToolError("PARAMETER_INVALID", "timesig can be 2, 3, 4 or 6.", suggested_args={"timesig": 4})
        key = str(arguments.get("keyscale") or "").strip() or None
        if key:
            parse_key(key)
        lyrics = str(arguments.get("lyrics") or "").strip()
        if len(lyrics) > MAX_LYRICS:
            raise ToolError("PARAMETER_INVALID", f"These lyrics are too long: up to {MAX_LYRICS} characters work.")
        seed = _seed(arguments, prompt)
        wanted = str(arguments.get("outputFormat") or "").lower()
        named = _FORMAT.search(prompt)
        # A loop keeps its seam only in a file without the padding of MP3.
        coding: SoundFormat = "wav" if LOOP.search(prompt) and not lyrics else "mp3"
        for option in (wanted, named[1].lower() if named else ""):
            if option in ("wav", "flac", "mp3"):
                coding = option  # type: ignore[assignment]  # narrowed by the test above
                break
        count = variations(arguments)
        if coding != "mp3" and count * (duration or 60) > MAX_LOSSLESS_S:
            raise ToolError(
                "PARAMETER_INVALID",
                f"{count} pieces of this length are too much at once as {coding.upper()}: up to "
                f"{MAX_LOSSLESS_S / 60:.0f} minutes in all work, as MP3 any number.",
                suggested_args={"numberOfVariations": max(1, int(MAX_LOSSLESS_S // (duration or 60)))},
            )
        orders = []
        for place in range(count):
            text = expand(prompt, place)
            own = (seed + place) & 0x7FFFFFFF
            notes = about(self.name, prompt=text, seed=own, renderer=RENDERER, model=MODEL)
            if lyrics:
                notes["lyrics"] = lyrics
            metre = None if beats is None else int(beats)
            orders.append(MusicOrder(text, own, duration, bpm, key, metre, lyrics, coding, notes))
        return orders

    async def _render(self, orders: list[MusicOrder], context: ToolContext, folder: Path) -> list[RenderedMedia]:
        paths = [str(folder / f"track-{place}.{order.format}") for place, order in enumerate(orders)]
        if len(orders) == 1:
            return [await context.render(make_music, orders[0], paths[0])]
        done = 0
        context.progress(0.0, f"Composing 1 of {len(orders)}")

        async def one(order: MusicOrder, path: str) -> RenderedMedia:
            nonlocal done
            rendered = await context.render(make_music_quietly, order, path)
            done += 1
            context.progress(done / len(orders), f"Composed {done} of {len(orders)}")
            return rendered

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one(order, path)) for order, path in zip(orders, paths, strict=True)]
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from failures
        return [task.result() for task in tasks]


def _number(arguments: dict[str, Any], name: str, low: float, high: float) -> float | None:
    value = arguments.get(name)
    if value is None:
        return None
    if not low <= float(value) <= high:
        nearest = max(low, min(high, float(value)))
        raise ToolError(
            "PARAMETER_INVALID", f"{name} can be from {low:g} to {high:g}.", suggested_args={name: round(nearest, 3)}
        )
    return float(value)


def _seed(arguments: dict[str, Any], prompt: str) -> int:
    """Return the seed: an argument, a “seed 7” in the prompt, else one that belongs to this request."""
    given = arguments.get("seed")
    if given is not None and int(given) >= 0:
        return int(given) & 0x7FFFFFFF
    if named := _SEED.search(prompt):
        return int(named[1]) & 0x7FFFFFFF
    request = [prompt, *(str(arguments.get(key)) for key in ("duration", "bpm", "keyscale", "timesig", "lyrics"))]
    return zlib.crc32("\n".join(request).encode()) & 0x7FFFFFFF


async def _files(order: MusicOrder, rendered: RenderedMedia) -> list[Made]:
    title = _title(order, rendered)
    files = [await made_media(rendered, seed=order.seed, prompt=order.prompt, title=title)]
    files.append(
        Made(rendered.notes["midi"], "audio", "audio/midi", seed=order.seed, title=f"{title} (notes)", role="source")
    )
    if rendered.notes["lrc"]:
        lrc = rendered.notes["lrc"].encode()
        files.append(Made(lrc, "text", "text/plain", seed=order.seed, title=f"{title} (timed lyrics)", role="source"))
    return files


def _title(order: MusicOrder, rendered: RenderedMedia) -> str:
    words = re.split(r"[,.;:\n]", order.prompt)[0].split()[:8]
    return " ".join(words)[:60] or f"{rendered.notes['genre']} in {rendered.notes['key']}"


def _facts(order: MusicOrder, rendered: RenderedMedia) -> dict[str, Any]:
    kept = ("bpm", "key", "beats", "genre", "mood", "instruments", "sections", "left_out")
    facts = {name: rendered.notes[name] for name in kept}
    return {"seed": order.seed, "seconds": rendered.duration_s, "format": order.format, **facts}


def _message(orders: list[MusicOrder], results: list[RenderedMedia]) -> str:
    first, notes = results[0], results[0].notes
    metre = f"{notes['beats']}/{8 if notes['beats'] == 6 else 4}"
    players = ", ".join(dict.fromkeys(name.lower() for name in notes["instruments"]))
    what = f"{first.duration_s:.4g} s of {notes['genre']} in {notes['key']}, {metre} at {round(notes['bpm'], 1):g} BPM"
    text = f"Composed {what}, for {players}."
    if len(results) > 1:
        text = f"Composed {len(results)} pieces. The first: {what}, for {players}."
    if not notes["heard"]:
        text += " The words name no genre, mood or instrument that it knows, so it chose."
    if notes["loops"]:
        text += f" It loops without a seam: {notes['bars']} bars, no beginning and no ending"
        text += ", as WAV, because MP3 adds a gap." if orders[0].format == "wav" else "."
        asked = orders[0].duration_s
        if asked and abs(asked - (first.duration_s or 0)) > _LOOP_OFF_S:
            text += f" Whole bars at this tempo make {first.duration_s:.4g} s, not {asked:g} s."
    if notes["lrc"] is not None:
        text += (
            " This computer cannot sing: a humming voice carries the melody to which the words are set; "
            "they are in the MIDI file and in a file with their times."
        )
    elif _VOICE.search(orders[0].prompt):
        text += " Nobody sings in it: this computer has no singing voice."
    if notes["left_out"]:
        lines = "line" if notes["left_out"] == 1 else "lines"
        text += f" There was no time for the last {notes['left_out']} {lines} of the lyrics; a longer duration has it."
    return text


def _reason(arguments: dict[str, Any], chosen: str) -> str:
    reason = "Written by rules of harmony and form and played with sampled and calculated instruments, "
    reason += f"not by a music model. {chosen}"
    if arguments.get("model"):
        reason += f" The model {arguments['model']} is not available here."
    return reason
