"""Seeds of steps: which tools take one, and a new one for each further take."""

import secrets
from collections.abc import Mapping
from typing import Any

from studio.contract.tools import catalogue

_SEEDS = 2**31 - 1


def has_seed(tool: str) -> bool:
    """Whether *tool* takes a seed."""
    return "seed" in catalogue()[tool].parameters.get("properties", {})


def random_seed() -> int:
    """Return a seed that nobody chose."""
    return secrets.randbelow(_SEEDS) + 1


def seeded(spec: Mapping[str, Any], seeds: Mapping[str, int], *, fresh: bool = False) -> dict[str, Any]:
    """Return a step with its seed out of *seeds*; with *fresh*, one that is not among them gets a random one."""
    seed = seeds.get(spec["id"])
    if seed is None and fresh and has_seed(spec["toolName"]):
        seed = random_seed()
    if seed is None:
        return dict(spec)
    return {**spec, "arguments": {**(spec.get("arguments") or {}), "seed": seed}}
