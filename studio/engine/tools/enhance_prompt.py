"""``enhance_prompt``: a rough idea written out for the medium and model that will use it."""

import re
import zlib
from dataclasses import dataclass
from typing import Any, Final

from studio.contract.errors import ToolError
from studio.contract.tools import catalogue
from studio.engine.tools.base import ToolContext, ToolOutcome

_SYSTEM: Final = (
    "You write prompts for generative models. Rewrite the idea as one ready-to-run {kind} prompt for the model "
    '"{model}". Keep the subject and every detail that was given, word for word where possible. {advice} '
    "Answer with the prompt only: no quotes, no preamble, no explanations."
)
_ADVICE: Final = {
    "image": "Add medium, light, lens or composition, palette and mood. At most 90 words.",
    "video": "Describe one continuous shot: opening frame, movement of the subject, camera movement, light, "
    "sound. At most 120 words.",
    "edit": "Say what changes and what must stay exactly as it is. At most 60 words.",
    "music": "Give genre, tempo, instruments, structure, mood and mix. At most 70 words.",
    "speech": "Keep the words; add voice, pace and emotion. At most 60 words.",
}
_MUSIC: Final = re.compile(r"ace[-_]?step|music|song|lyria|suno|udio|stable[-_]audio", re.IGNORECASE)
_SPEECH: Final = re.compile(r"speech|tts|voice|kokoro|piper", re.IGNORECASE)
_VIDEO: Final = re.compile(r"ltx|wan|seedance|kling|veo|sora|video|h3|happyhorse|minimax|hailuo", re.IGNORECASE)


@dataclass(frozen=True)
class _Bank:
    """Phrases of one aspect, and what in a prompt shows that it is already there."""

    there: re.Pattern[str]
    phrases: tuple[str, ...]


def _bank(there: str, *phrases: str) -> _Bank:
    return _Bank(re.compile(rf"\b(?:{there})\b", re.IGNORECASE), phrases)


_LIGHT: Final = _bank(
    r"light\w*|sunset|sunrise|dawn|dusk|night|golden hour|noon|neon|candle\w*|moon\w*|shadow\w*|backlit",
    "soft window light from the left with gentle falloff",
    "low golden light that rakes across the scene and leaves long shadows",
    "overcast, even light that keeps every colour true",
    "a single warm key light against cool, quiet shadows",
    "hazy backlight with a thin bright rim on the subject",
)
_BANKS: Final[dict[str, tuple[_Bank, ...]]] = {
    "image": (
        _bank(
            r"photo\w*|paint\w*|oil|watercolou?r|ink|drawing|sketch|illustration|render|3d|anime|comic|style|print|film",
            "finely detailed illustration with visible brushwork",
            "35 mm photograph with natural grain",
            "gouache painting on textured paper",
            "crisp studio photograph",
        ),
        _LIGHT,
        _bank(
            r"close[- ]?up|wide|lens|mm|composition|angle|portrait|macro|aerial|centred|centered|foreground|panorama",
            "wide composition with a calm foreground, off centre to the right",
            "85 mm lens, shallow depth of field, a little left of centre",
            "low camera close to the ground, strong leading lines",
            "centred and symmetrical, with generous empty space all around",
        ),
        _bank(
            r"palette|colou?rs?|monochrome|pastel|black and white|red|blue|green|yellow|orange|purple|pink|gold\w*",
            "palette of deep teal, warm ochre and ivory",
            "palette of dusty rose, slate blue and cream",
            "restrained earth tones with one accent of vermilion",
        ),
        _bank(
            r"mood|calm|quiet|dramatic|joyful|melanchol\w*|serene|eerie|mysterious|playful|peaceful|epic",
            "quiet, contemplative mood",
            "a feeling of wonder held back",
            "warm and unhurried mood",
        ),
    ),
    "video": (
        _bank(
            r"camera|dolly|pan|tracking|handheld|zoom|shot|crane|orbit",
            "One continuous shot; the camera pushes in slowly at eye level",
            "One continuous tracking shot from left to right, steady and level",
            "One continuous shot; the camera rises gently and reveals the setting",
        ),
        _bank(
            r"mov\w*|walk\w*|run\w*|fly\w*|danc\w*|turn\w*|drift\w*|fall\w*|wave\w*",
            "small natural movements of the subject, cloth and hair stirred by a light wind",
            "the subject turns slowly and the background drifts out of focus",
        ),
        _LIGHT,
        _bank(r"sound|music|audio|silence|voice\w*", "natural ambient sound", "close, quiet room tone"),
    ),
    "edit": (
        _bank(
            r"keep|preserve|unchanged|same|only",
            "Change only this; keep the identity, pose, framing, light and everything else exactly as it is",
        ),
        _bank(r"seamless|blend|match", "match the grain, shadows and colour of the original so that no seam shows"),
    ),
    "music": (
        _bank(r"bpm|tempo|slow|fast|mid-tempo", "84 BPM, unhurried", "112 BPM, easy forward motion"),
        _bank(
            r"piano|guitar|strings|synth|drum\w*|bass|orchestra|violin|cello|flute|choir|instrument\w*",
            "felt piano, soft strings and a warm analogue bass",
            "fingerpicked guitar, brushed drums and upright bass",
        ),
        _bank(
            r"verse|chorus|intro|build|structure|bridge", "sparse intro, a slow build, one open chorus, quiet ending"
        ),
        _bank(r"mix|master|warm|lo-?fi|reverb", "intimate, clear mix with natural room reverb"),
    ),
    "speech": (
        _bank(r"voice|narrator|male|female|tone", "a warm, clear narrator's voice"),
        _bank(r"pace|slow|fast|pause\w*", "measured pace with short pauses between sentences"),
    ),
}


class EnhancePrompt:
    """Asks the connected language model; without one it adds what the prompt leaves open, from phrase banks."""

    name = "enhance_prompt"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        idea = " ".join(str(arguments["prompt"]).split())
        model = str(arguments["destination_model"]).strip()
        if not idea:
            raise ToolError("USER_INPUT_INCOMPLETE", "Say what the prompt should be about.")
        kind = kind_of(str(arguments["target_output"]), model, arguments.get("destination_tool"))
        mode = arguments.get("prompt_mode") or "auto"
        wishes = _wishes(arguments)
        if mode != "validate":
            answer = await context.ask_model(
                _SYSTEM.format(kind=kind, model=model, advice=_ADVICE[kind] + _MODES.get(mode, "")),
                "\n".join([f"Idea: {idea}", *wishes]),
            )
            if answer:
                prompt = _unquoted(answer)
                return ToolOutcome(
                    message=f"Wrote {_ARTICLE.get(kind, 'a')} {kind} prompt for {model}.",
                    renderer="language-model",
                    model="Connected language model",
                    text={"prompt": prompt},
                )
        return ToolOutcome(
            message=f"Wrote {_ARTICLE.get(kind, 'a')} {kind} prompt for {model}.",
            renderer="studio-writer",
            model="Phrase book",
            reason="No language model is connected, so the prompt was completed from a phrase book.",
            text={"prompt": enhance(idea, kind, mode=mode, arguments=arguments)},
        )


_ARTICLE: Final = {"image": "an", "edit": "an"}
_MODES: Final = {
    "preserve": " Change the given words as little as possible.",
    "expand": " Be generous with detail.",
    "compress": " Be as short as possible: at most 40 words.",
}


def kind_of(target_output: str, model: str, tool: str | None = None) -> str:
    """Return image, video, edit, music or speech."""
    if target_output == "image_prompt":
        return "image"
    if target_output == "video_prompt":
        return "video"
    if target_output == "edit_prompt":
        return "edit"
    produces = catalogue()[tool].produces if tool in catalogue() else None
    if tool == "generate_speech" or _SPEECH.search(model):
        return "speech"
    if tool == "generate_music" or _MUSIC.search(model):
        return "music"
    return "video" if produces == "video" or _VIDEO.search(model) else "image"


def _wishes(arguments: dict[str, Any]) -> list[str]:
    rows = []
    for key, label in (
        ("style_prompt", "Style to keep"),
        ("duration_seconds", "Length in seconds"),
        ("aspect_ratio", "Shape"),
        ("constraints", "Constraints"),
    ):
        if arguments.get(key):
            rows.append(f"{label}: {arguments[key]}")
    for asset in arguments.get("assets") or []:
        label = asset.get("label") or asset.get("id") or "unnamed"
        rows.append(f"Asset: {label} ({asset['media_type']}, {asset.get('role', 'reference')})")
    return rows


def _unquoted(text: str) -> str:
    text = re.sub(r"^\s*(?:prompt\s*:)\s*", "", text.strip(), flags=re.IGNORECASE)
    return text[1:-1].strip() if len(text) > 1 and text[0] + text[-1] in ('""', "“”", "''") else text


def enhance(idea: str, kind: str, *, mode: str = "auto", arguments: dict[str, Any] | None = None) -> str:
    """Complete *idea* without a model: its words first and unchanged, then what it leaves open.

    Deterministic: the same idea, kind and mode give the same prompt.
    """
    arguments = arguments or {}
    if mode in ("validate", "payload"):
        return idea
    choice = zlib.crc32(f"{kind}:{idea}".lower().encode())
    parts = [idea.rstrip(" .,;")]
    for bank in _BANKS[kind][: 1 if mode == "preserve" else 2 if mode == "compress" else None]:
        if not bank.there.search(idea):
            parts.append(bank.phrases[choice % len(bank.phrases)])
        choice = choice // 7 + 13 * len(bank.phrases)
    if style := str(arguments.get("style_prompt") or "").strip(" .,;"):
        parts.append(style)
    text = ". ".join(_capital(part) for part in parts) if kind in ("video", "edit") else ", ".join(parts)
    if kind == "video" and (seconds := arguments.get("duration_seconds")):
        text += f". {seconds:g} seconds"
    if (shape := arguments.get("aspect_ratio")) and kind in ("image", "video"):
        text += f"{'.' if kind == 'video' else ','} {shape} frame"
    return text + ("." if kind in ("video", "edit") else "")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
