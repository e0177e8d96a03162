"""Several films one after the other, with one kind of transition and perhaps one soundtrack."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from studio.contract.errors import ToolError
from studio.engine.renderers import runtime
from studio.engine.renderers.rendered import RenderedMedia
from studio.engine.renderers.video import probe, splice, transitions
from studio.engine.renderers.worker import report

_DEFAULT_S: Final = 0.5
_SAME_SHAPE: Final = 0.01


def render(
    paths: Sequence[str],
    target: str,
    transition: Mapping[str, Any] | None,
    soundtrack: str | None,
    about: Mapping[str, str],
) -> RenderedMedia:
    """Join the films at *paths* into one file at *target* (runs in a render worker).

    The first film sets size and frame rate; others are fitted whole, with black bars if their shape differs.

    Args:
        transition: ``type`` and ``durationSeconds``, or None for cuts.
        soundtrack: a sound or film whose sound replaces that of the films.

    Returns:
        The film. ``notes``: fps, frames, starts (s), transition_s, barred and silent (places of films),
        has_sound, track_s.

    Raises:
        ToolError: PARAMETER_INVALID, one of the files cannot be used; the text says which.
    """
    runtime.prepare_opencv()
    report(0.0, "Reading the films")
    infos = []
    for place, path in enumerate(paths):
        try:
            infos.append(probe.video(path))
        except ToolError as error:
            raise ToolError(error.code, f"Clip {place + 1} of {len(paths)}: {error.message}") from error
    track_s = probe.audio(soundtrack).duration_s if soundtrack else None
    kind: transitions.Kind | None = transition["type"] if transition else None
    wanted_s = float((transition or {}).get("durationSeconds") or _DEFAULT_S)
    joined = splice.join(
        [splice.Part(path, info=info) for path, info in zip(paths, infos, strict=True)],
        target,
        transition=kind,
        transition_s=wanted_s,
        soundtrack=soundtrack,
        about=about,
        label="Joining the films",
    )
    shape = joined.width / joined.height
    barred = [i for i, info in enumerate(infos) if abs(info.width / info.height / shape - 1) > _SAME_SHAPE]
    return RenderedMedia(
        target,
        "video/mp4",
        "video",
        joined.width,
        joined.height,
        joined.duration_s,
        {
            "fps": round(float(joined.fps), 3),
            "frames": joined.frames,
            "starts": [round(start / float(joined.fps), 3) for start in joined.starts],
            "transition_s": round(joined.overlap / float(joined.fps), 3),
            "barred": barred,
            "silent": joined.silent_parts,
            "has_sound": joined.has_sound,
            "track_s": track_s,
        },
    )
