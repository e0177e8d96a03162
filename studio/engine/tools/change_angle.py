"""``change_angle``: the same scene from a slightly different camera position."""

from typing import Any, Final

from studio.engine.renderers import jobs
from studio.engine.renderers.relief import angles
from studio.engine.renderers.relief.angles import Angle
from studio.engine.renderers.sizes import canvas_size
from studio.engine.tools.base import ToolContext, ToolOutcome
from studio.engine.tools.common import about, made, name_of, path_text, picture_of

RENDERER: Final = "relief"
MODEL: Final = "2.5D view shift (rounded layers)"


class ChangeAngle:
    """Turns the picture's layers by up to 28°; it does not draw sides that the picture does not show."""

    name: Final = "change_angle"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        choice = await context.choose(self.name)
        if choice.other is not None:
            return await choice.other.run(self.name, choice.model or "", arguments, context)
        angle = angles.parse(str(arguments["description"]), float(arguments.get("loraStrength") or 0.9))
        shape = arguments.get("aspectRatio")
        size = canvas_size(None, None, str(shape)) if shape else None
        source = await picture_of(context, arguments)
        texts = about(self.name, prompt=str(arguments["description"]), renderer=RENDERER, model=MODEL)
        rendered = await context.render(jobs.turn_picture, path_text(source), angle, size, texts)
        sentences = [f"{_told(angle, name_of(source))} ({rendered.width} × {rendered.height} px)."]
        if angle.asked_yaw or angle.asked_pitch:
            sentences.append("This is a 2.5D view shift: one picture does not show more of the other sides.")
        if rendered.notes["held"]:
            sentences.append("The frame was kept where the subject is not cut off by the picture's edge.")
        return ToolOutcome(
            message=" ".join(sentences),
            renderer=RENDERER,
            model=MODEL,
            reason="No network that redraws a scene from elsewhere is installed on this computer.",
            alternatives=choice.alternatives,
            made=[made(rendered, prompt=str(arguments["description"]))],
            data={"yaw_degrees": round(angle.yaw, 1), "pitch_degrees": round(angle.pitch, 1), "zoom": angle.zoom},
        )


def _told(angle: Angle, name: str) -> str:
    parts = []
    if angle.asked_yaw:
        side = "right" if angle.yaw > 0 else "left"
        parts.append(f"{abs(angle.yaw):.0f}° to the {side} (asked: {abs(angle.asked_yaw)}°)")
    if angle.asked_pitch:
        way = "up" if angle.pitch > 0 else "down"
        parts.append(f"{abs(angle.pitch):.0f}° {way} (asked: {abs(angle.asked_pitch)}°)")
    if not parts:
        return f"Kept the front view of {name} and moved {'closer' if angle.zoom > 1 else 'as asked'}"
    return f"Moved the camera around {name} by {' and '.join(parts)}"
