"""``compose_lyrics``: lyrics and musical parameters, by the connected language model or the built-in composer."""

from typing import Any, Final

from studio.contract.errors import ToolError
from studio.engine.composers.asking import Unusable, ask_for, read_object
from studio.engine.composers.lyrics import WRITTEN, language_of, poem_in, write_song
from studio.engine.tools.base import ToolContext, ToolOutcome

_SYSTEM: Final = (
    "You write song lyrics: singable lines, true rhymes, images instead of statements. Mark sections as [Verse 1], "
    '[Chorus], [Bridge]. Answer with one JSON object: {"title": text, "lyrics": text, "music_prompt": text, '
    '"bpm": number, "keyscale": text such as "A minor", "timesig": 2, 3, 4 or 6}.'
)


class ComposeLyrics:
    """Writes lyrics."""

    name = "compose_lyrics"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        prompt = str(arguments["prompt"]).strip()
        if not prompt:
            raise ToolError("USER_INPUT_INCOMPLETE", "Say what the song should be about.")
        labels = {"language": "Language", "music_prompt": "Musical style", "duration_seconds": "Length in seconds"}
        wishes = [f"{label}: {arguments[name]}" for name, label in labels.items() if arguments.get(name)]

        def read(answer: str) -> dict[str, Any]:
            found = read_object(answer)
            lyrics = found.get("lyrics")
            if not isinstance(lyrics, str) or len(lyrics.splitlines()) < 4:
                raise Unusable("lyrics is missing or has fewer than four lines.")
            return found

        found = await ask_for(context, _SYSTEM, "\n".join([f"Song: {prompt}", *wishes]), read)
        if found:
            data = {key: value for key, value in found.items() if key != "lyrics"}
            text = {"lyrics": str(found["lyrics"])}
            return ToolOutcome("The lyrics are written.", "language-model", "Connected model", text=text, data=data)
        song = write_song(arguments)
        wanted = language_of(arguments.get("language"), prompt)
        message = "The lyrics are written."
        kind = poem_in(prompt)
        if kind:
            message = "The poem is written."
        if kind not in (None, "poem", "rhyme"):
            message = f"Without a language model every poem is one of rhymed quatrains; this is no {kind}."
        if wanted not in WRITTEN:
            message = (
                f"The lyrics are in English: the built-in composer does not write {wanted.capitalize()}. "
                "Connect a language model for it."
            )
        return ToolOutcome(
            message,
            "built-in-composer",
            "Built-in composer",
            reason="Without a language model, the built-in composer writes in ballad metre.",
            text={"lyrics": song.lyrics},
            data={
                "title": song.title, "language": song.language, "music_prompt": song.music_prompt,
                "bpm": song.sound.bpm, "keyscale": song.sound.key, "timesig": song.sound.beats,
                "duration_seconds": song.seconds,
            },
        )  # fmt: skip
