"""``generate_speech``: a script spoken by the voices of the voice pack."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from studio.contract.errors import ToolError
from studio.engine.packs import store
from studio.engine.renderers import jobs
from studio.engine.renderers.rendered import RenderedMedia
from studio.engine.renderers.speech.orders import STAND_INS, SoundFormat, SpeechOrder, speak
from studio.engine.tools.base import Made, ToolContext, ToolOutcome
from studio.engine.tools.common import about, made_media, scratch, seed_of, variations

RENDERER: Final = "kokoro"
MODEL: Final = "Kokoro-82M"
PACK: Final = "voice"
_LONGEST: Final = 4096
_LONGEST_DESCRIPTION: Final = 512
_SHOWN_WORDS: Final = 5
_SEEDS: Final = 2**32


class GenerateSpeech:
    """Kokoro-82M, when its pack is installed. English; studio voices by stand-ins, described voices by blending."""

    name = "generate_speech"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        choice = await context.choose("generate_speech", arguments.get("model"))
        if choice.other is not None:
            return await choice.other.run("generate_speech", choice.model or "", arguments, context)
        order = _order(arguments)
        await asyncio.to_thread(store.require, context.folders.packs, PACK)
        count = variations(arguments)
        async with scratch(context) as folder:
            makes, takes = [], []
            for number in range(count):
                take = _take(order, (order.seed + number) % _SEEDS)
                if count > 1:
                    context.progress(number / count, f"Speaking take {number + 1} of {count}")
                rendered = await self._render(folder / f"{number}.{take.format}", take, context, alone=count == 1)
                takes.append(rendered)
                makes.append(await made_media(rendered, seed=take.seed, prompt=take.script, title=_title(take.script)))
        return _outcome(order, takes, makes, choice.reason, choice.alternatives)

    async def _render(self, path: Path, order: SpeechOrder, context: ToolContext, *, alone: bool) -> RenderedMedia:
        texts = about(self.name, prompt=order.script, seed=order.seed, renderer=RENDERER, model=MODEL)
        packs = str(context.folders.packs.absolute())
        if alone:
            return await context.render(speak, str(path), packs, order, texts)
        return await context.render(jobs.one_of_many, speak, str(path), packs, order, texts)


def _order(arguments: dict[str, Any]) -> SpeechOrder:
    script = str(arguments["prompt"])
    if not script.strip():
        raise ToolError("USER_INPUT_INCOMPLETE", "Say what is to be spoken.")
    if len(script) > _LONGEST:
        raise ToolError("PARAMETER_INVALID", f"The script has {len(script)} characters; at most {_LONGEST} are spoken.")
    model = arguments.get("model") or "voice"
    words = str(arguments.get("voiceDescription") or "").strip()
    if len(words) > _LONGEST_DESCRIPTION:
        raise ToolError("PARAMETER_INVALID", f"The description has more than {_LONGEST_DESCRIPTION} characters.")
    if model == "clone":
        raise ToolError(
            "MODEL_UNAVAILABLE",
            "Voices can't be cloned on this computer. Choose a studio voice, or describe one.",
            suggested_args={"model": "voice"},
        )
    if model == "design" and not words:
        raise ToolError("USER_INPUT_INCOMPLETE", "Describe the speaker in voiceDescription.")
    if model not in ("voice", "design"):
        raise ToolError("MODEL_UNAVAILABLE", f"There is no speech model {model} on this computer.")
    language = str(arguments.get("language") or "auto")
    if language not in ("auto", "english"):
        raise ToolError(
            "MODEL_UNAVAILABLE",
            f"The voice pack speaks English only, not {language.capitalize()}.",
            suggested_args={"language": "english"},
        )
    voice = str(arguments.get("voice") or "serena")
    if voice not in STAND_INS:
        raise ToolError("PARAMETER_INVALID", f"There is no voice {voice}. Choose one of: {', '.join(STAND_INS)}.")
    creativity = float(arguments.get("creativity") or 0.9)
    if not 0.1 <= creativity <= 2:
        raise ToolError("PARAMETER_INVALID", "creativity goes from 0.1 to 2.")
    design = model == "design"
    return SpeechOrder(
        script=script,
        voice=voice,
        description=words if design else None,
        delivery="" if design else words,
        creativity=creativity,
        format=_format(arguments.get("outputFormat")),
        seed=seed_of(arguments) % _SEEDS,
    )


def _format(wanted: object) -> SoundFormat:
    match wanted:
        case "mp3":
            return "mp3"
        case "flac":
            return "flac"
        case _:
            return "wav"


def _take(order: SpeechOrder, seed: int) -> SpeechOrder:
    return replace(order, seed=seed)


def _title(script: str) -> str:
    words = script.split()
    return " ".join(words[:_SHOWN_WORDS]) + (" …" if len(words) > _SHOWN_WORDS else "")


def _outcome(
    order: SpeechOrder, takes: list[RenderedMedia], makes: list[Made], reason: str, alternatives: list[str]
) -> ToolOutcome:
    lengths = ", ".join(f"{take.duration_s:.1f} s" for take in takes)
    heading = "The script is spoken" if len(takes) == 1 else f"{len(takes)} takes of the script are spoken"
    sentences = [f"{heading} ({lengths})."]
    if order.description is not None:
        sentences.append(f"The described voice is a blend of Kokoro's {takes[0].notes['voice']}.")
    else:
        sentences.append(f"{STAND_INS[order.voice]}, stands in for {order.voice.replace('_', ' ').title()}.")
    guessed = list(takes[0].notes["guessed"])
    if len(guessed) > max(3, takes[0].notes["words"] // 3):
        sentences.append("Most of it does not look English and was read by English rules; it will sound wrong.")
    elif guessed:
        shown = ", ".join(guessed[:6]) + (" …" if len(guessed) > 6 else "")
        sentences.append(f"Read by rule, so perhaps wrong: {shown}.")
    return ToolOutcome(
        message=" ".join(sentences),
        renderer=RENDERER,
        model=MODEL,
        reason=reason,
        alternatives=alternatives,
        made=makes,
        data={"voice": takes[0].notes["voice"], "guessedWords": guessed},
    )
