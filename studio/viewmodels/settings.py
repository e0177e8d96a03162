"""Settings of the window, kept in the library; readable before first paint."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, cast

from studio.viewmodels.observable import Property, Signal

Theme = Literal["system", "dark", "light", "high-contrast"]
Density = Literal["comfortable", "compact"]

THEMES: tuple[Theme, ...] = ("system", "dark", "light", "high-contrast")
SCALE_MIN, SCALE_MAX = 0.8, 2.0


class SettingsModel:
    """Appearance and other preferences; a change is saved at once.

    Attributes:
        theme, scale (0.8–2.0), reduced_motion, density: observable values.
        media_bytes: how much the saved pieces take on disk; 0 until counted.
        changed: key and value of any setting that changed through ``set``.
    """

    def __init__(self, data_dir: Path, save: Callable[[str, Any], object]) -> None:
        """*save* stores one key; it is called on the window's thread and must not block."""
        self.data_dir = data_dir
        self.theme: Property[Theme] = Property("system")
        self.scale: Property[float] = Property(1.0)
        self.reduced_motion: Property[bool] = Property(False)
        self.density: Property[Density] = Property("comfortable")
        self.media_bytes: Property[int] = Property(0)
        self.changed: Signal[str, Any] = Signal()
        self._values: dict[str, Any] = {}
        self._save = save
        self._loading = False
        self.theme.changed.connect(lambda value: self.set("theme", value))
        self.scale.changed.connect(lambda value: self.set("scale", value))
        self.reduced_motion.changed.connect(lambda value: self.set("reduced_motion", value))
        self.density.changed.connect(lambda value: self.set("density", value))

    def get(self, key: str, default: Any = None) -> Any:
        """Return the JSON value kept under *key*, for example ``window.geometry``."""
        return self._values.get(key, default)

    def set(self, key: str, value: Any) -> None:
        """Keep the JSON *value* under *key*; saved without waiting."""
        if self._values.get(key) == value and key in self._values:
            return
        self._values[key] = value
        if not self._loading:
            self._save(key, value)
        self.changed.emit(key, value)

    def load(self, values: dict[str, Any]) -> None:
        """Take over what was saved earlier; values that are not valid any more keep their default."""
        self._loading = True
        try:
            self._values.update(values)
            if values.get("theme") in THEMES:
                self.theme.value = cast("Theme", values["theme"])
            scale = values.get("scale")
            if isinstance(scale, int | float) and not isinstance(scale, bool):
                self.scale.value = min(SCALE_MAX, max(SCALE_MIN, float(scale)))
            if isinstance(values.get("reduced_motion"), bool):
                self.reduced_motion.value = values["reduced_motion"]
            if values.get("density") in ("comfortable", "compact"):
                self.density.value = cast("Density", values["density"])
        finally:
            self._loading = False
