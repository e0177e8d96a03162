"""The asset-manifest tools: five small doors to ``contract.manifest``. The manifest lives in the session."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from studio.contract import manifest as book
from studio.contract.errors import ToolError
from studio.contract.manifest import Asset, Manifest, Notation
from studio.engine.tools.base import ToolContext, ToolOutcome

_RENDERER: Final = "studio-session"
_MODEL: Final = "Asset manifest"


class CreateAssetManifest:
    """Starts the manifest anew."""

    name = "create_asset_manifest"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        made = book.create(arguments["assets"])
        listed = ", ".join(f"{asset.asset_id} = {asset.user_label}" for asset in made.assets)
        return _outcome(f"The manifest holds {_count(made)}: {listed}.", made)


class InspectAsset:
    """Shows one entry, or all."""

    name = "inspect_asset"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        now = book.read_manifest(context.manifest)
        asset_id, label = arguments.get("asset_id"), arguments.get("user_label")
        if not asset_id and not label:
            words = f"The manifest holds {_count(now)}." if now.assets else "The manifest is empty."
            return _outcome(words, now)
        asset = book.find(now, asset_id=asset_id, user_label=label)
        return _outcome(_described(asset), now, asset=_json(asset))


class LabelAsset:
    """Changes labels and notes of one entry."""

    name = "label_asset"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        changes = {name: value for name, value in arguments.items() if name != "asset_id"}
        after, asset = book.relabel(book.read_manifest(context.manifest), str(arguments["asset_id"]), changes)
        return _outcome(_described(asset), after, asset=_json(asset))


class MapAssetsForModel:
    """Tells how a model's prompts call each asset."""

    name = "map_assets_for_model"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        now = book.read_manifest(context.manifest)
        model_id = str(arguments["model_id"]).strip()
        tokens = book.references(now, _notation(model_id))
        mapping = [
            {"asset_id": asset.asset_id, "user_label": asset.user_label, "model_ref": tokens[asset.asset_id]}
            | {key: value for key in ("must_preserve", "avoid") if (value := getattr(asset, key))}
            for asset in now.assets
        ]
        known = [entry for entry in mapping if entry["model_ref"] is not None]
        words = "; ".join(f"{entry['user_label']} is {entry['model_ref']}" for entry in known)
        left_out = [str(entry["user_label"]) for entry in mapping if entry["model_ref"] is None]
        message = f"For {model_id}: {words}." if words else f"Nothing in the manifest can be referenced in {model_id}."
        if words and left_out:
            message += f" It takes no reference to {', '.join(left_out)}."
        return _outcome(message, now, model_id=model_id, assets=mapping)


class ValidateAssetReferences:
    """Checks the references in a prompt."""

    name = "validate_asset_references"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        now = book.read_manifest(context.manifest)
        model_id = str(arguments["model_id"]).strip()
        found = book.check_references(now, model_id, str(arguments["prompt"]), _notation(model_id))
        problems = [f"{entry['token']} ({entry['reason'].replace('_', ' ')})" for entry in found["dangling"]]
        problems += [f"{label} (stands for several assets)" for label in found["ambiguous_labels"]]
        count = len(found["resolved"])
        message = f"{count} reference{'' if count == 1 else 's'} resolved."
        message += f" Not clear: {', '.join(problems)}." if problems else " Every reference is clear."
        return _outcome(message, now, valid=not problems, **found)


def _notation(model_id: str) -> Notation:
    found = book.notation_of(model_id)
    if found is None:
        raise ToolError(
            "PARAMETER_INVALID",
            f"{model_id} has no reference notation. Models with one: Seedance, HappyHorse, Wan 3, GPT Image, FLUX, "
            "LTX, WAN, Qwen edit, Krea, MiniMax H3.",
        )
    return found


def _outcome(message: str, manifest: Manifest, **data: Any) -> ToolOutcome:
    return ToolOutcome(message, _RENDERER, _MODEL, data={**data, book.KEY: book.as_json(manifest)})


def _described(asset: Asset) -> str:
    parts = [f"{asset.asset_id}: {asset.user_label} ({asset.type})"]
    parts += [asset.description] if asset.description else []
    parts += [f"keep {', '.join(asset.must_preserve)}"] if asset.must_preserve else []
    parts += [f"avoid {', '.join(asset.avoid)}"] if asset.avoid else []
    return "; ".join(parts) + "."


def _count(manifest: Manifest) -> str:
    count = len(manifest.assets)
    return f"{count} asset{'' if count == 1 else 's'}"


def _json(asset: Asset) -> Mapping[str, Any]:
    found: Mapping[str, Any] = msgspec.to_builtins(asset)
    return found
