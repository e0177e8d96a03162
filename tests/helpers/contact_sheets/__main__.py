"""Write the sheets of all topics, or of those that are named, to ``tests/artifacts``."""

import importlib
import pkgutil
import sys
import time
from pathlib import Path

import tests.helpers.contact_sheets as package

_PLACE = Path(__file__).parents[2] / "artifacts"


def main(wanted: list[str]) -> None:
    """Run every topic; a topic that fails is named at the end and the others still run."""
    _PLACE.mkdir(exist_ok=True)
    failed = []
    for module in pkgutil.iter_modules(package.__path__):
        if module.name in ("__main__", "sheet") or (wanted and module.name not in wanted):
            continue
        start = time.monotonic()
        try:
            importlib.import_module(f"{package.__name__}.{module.name}").sheets(_PLACE)
        except Exception as error:  # noqa: BLE001 - one broken topic must not hide the others
            failed.append(f"{module.name}: {type(error).__name__}: {error}")
        print(f"{module.name}: {time.monotonic() - start:.1f} s", flush=True)  # noqa: T201
    if failed:
        sys.exit("\n".join(failed))


if __name__ == "__main__":
    main(sys.argv[1:])
