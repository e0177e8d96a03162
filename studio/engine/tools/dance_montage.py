"""``dance_montage``: pictures dance, as paper puppets, to music composed for them."""

from typing import Any, Final

from studio.contract.errors import ToolError
from studio.engine.renderers.rendered import RenderedMedia
from studio.engine.renderers.video.dances import DANCES
from studio.engine.renderers.video.orders import MontageOrder, seed_of_words
from studio.engine.tools.base import SourceMedia, ToolContext, ToolOutcome
from studio.engine.tools.common import about, index_of, made_media, name_of, path_text, scratch
from studio.engine.tools.films import facts, listed

RENDERER: Final = "studio-film"
MODEL: Final = "Cut-out puppets, built-in composer"
_MOST_PICTURES: Final = 6
_LONGEST_S: Final = 30.0
_LONGEST_SINGLE_S: Final = 20.0
_PAINTED: Final = "portrait of a person, colourful"


def montage(order: MontageOrder) -> RenderedMedia:
    """Make a dance montage; see ``studio.engine.renderers.video.montage.render``."""
    from studio.engine.renderers.video import montage as maker

    return maker.render(order)


class DanceMontage:
    """Cuts on the beat between puppet moves of the pictures' subjects; 8–30 s, 480 × 854 px.

    It is no choreography transfer: a cut-out bounces, sways and hops as one piece. Music and moves are our own.
    """

    name: Final = "dance_montage"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        dance, single = str(arguments["dance"]), bool(arguments.get("singleClip"))
        seconds = _seconds(arguments, dance, single)
        sources = await _pictures(arguments, context)
        prompt = str(arguments.get("imagePrompt") or "").strip() or _PAINTED
        seed = seed_of_words(f"{dance} {prompt if not sources else ' '.join(source.url for source in sources)}")
        async with scratch(context) as folder:
            order = MontageOrder(
                pictures=tuple(path_text(source) for source in (sources[:1] if single else sources)),
                target=str(folder / "film.mp4"),
                prompt=prompt,
                dance=dance,
                duration_s=seconds,
                about=about(self.name, prompt=dance, seed=seed, renderer=RENDERER, model=MODEL),
                cache=str(context.folders.cache),
                seed=seed,
                single=single,
            )
            rendered = await context.render(montage, order)
            film = await made_media(rendered, seed=seed, title=f"Dance: {dance}")
        return ToolOutcome(
            message=_message(rendered, sources[:1] if single else sources, dance, single),
            renderer=RENDERER,
            model=MODEL,
            reason="No motion-transfer model is installed; a cut-out of the subject is moved to the beat instead.",
            made=[film],
            data=dict(rendered.notes),
        )


def _seconds(arguments: dict[str, Any], dance: str, single: bool) -> float:
    longest = _LONGEST_SINGLE_S if single else _LONGEST_S
    asked = arguments.get("duration")
    if asked is None:
        return min(DANCES[dance].seconds, longest)
    if float(asked) > longest:
        raise ToolError(
            "PARAMETER_INVALID",
            f"One unbroken clip may have {longest:.0f} s at most. Ask for less, or leave out singleClip.",
            suggested_args={"duration": longest},
        )
    return float(asked)


async def _pictures(arguments: dict[str, Any], context: ToolContext) -> list[SourceMedia]:
    """Return the picture that is named, else all earlier results, else the first upload, else none."""
    index = index_of(arguments, "sourceImageIndex")
    if index is not None:
        return [await context.source("image", index)]
    found: list[SourceMedia] = []
    for place in range(context.count("image")):
        try:
            found.append(await context.source("image", place))
        except ToolError:  # that result was deleted
            continue
    if found:
        return found[-_MOST_PICTURES:]
    if context.count("image", uploaded=True):
        return [await context.source("image", -1)]
    return []


def _message(rendered: RenderedMedia, sources: list[SourceMedia], dance: str, single: bool) -> str:
    notes = rendered.notes
    who = listed([name_of(source) for source in sources]) if sources else f"a painting of “{notes['painted']}”"
    cut = "in one unbroken shot" if single else f"in {notes['shots']} shots, cut on the beat"
    whole = "" if notes["cut_outs"] else " No subject stands out, so the whole picture moves."
    return (
        f"Let {who} dance {cut} ({facts(rendered)}): a cut-out that bounces, sways and hops like a paper puppet, not "
        f"the choreography of “{dance}”; arms and legs do not move.{whole} The music, {notes['genre']} at "
        f"{notes['tempo_bpm']:.0f} beats per minute, was composed for it."
    )
