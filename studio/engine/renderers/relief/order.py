"""What is wanted of a model. Imports nothing heavy."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Order:
    """What is wanted of a model.

    Attributes:
        faces: the most triangles.
        texture_px, normal_px, occlusion_px: longest edges of the textures.
        resolution: the most grid points along the longest edge.
        back: a picture file of the back, or None.
        about: provenance.
    """

    faces: int = 700_000
    texture_px: int = 4096
    normal_px: int = 2048
    occlusion_px: int = 1024
    resolution: int = 1024
    back: str | None = None
    about: Mapping[str, str] = field(default_factory=dict)
