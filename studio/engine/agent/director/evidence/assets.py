# ruff: noqa: E501 — a pattern is easiest to judge on one line
"""Evidence for the session's list of named assets."""

from studio.engine.agent.director.evidence.base import Evidence

ASSETS: tuple[Evidence, ...] = (
    Evidence(
        "create_asset_manifest",
        20,
        r"^ (?:make|create|start|begin|set up|build|new)(?: me| us)? (?:an? |the |new |fresh )*(?:asset )?(?:manifest|list of (?:my |the )?assets|asset (?:list|manifest))(?: |$)|^ (?:register|enlist) (?:this|these|it|them|both|the|my|all|image|upload)(?: .*)? as ",
    ),
    Evidence(
        "inspect_asset",
        20,
        r"^ (?:show|list|print|inspect|open|give|tell)(?: me| us)? (?:the |my |our |all )*(?:assets?|asset manifest|manifest|asset list)(?: |$)|^ (?:what|which) assets (?:do|are|have) | (?:details|info|information|notes) (?:of|on|about|for) asset ",
    ),
    Evidence(
        "label_asset",
        21,
        r"^ (?:rename|label|relabel|call|name) asset |^ (?:note|add an? note|remember) (?:on|for|to|about) asset ",
    ),
    Evidence(
        "map_assets_for_model",
        21,
        r" (?:map|translate) (?:my |the |all )*assets | (?:tokens?|references?|tags?|names?) (?:.* )?(?:for|to|of) (?:my|the) (?:assets|pictures|images|uploads|pieces)|^ how (?:do|can|should|must) i (?:refer to|reference|call|mention|address) (?:my|the|these) (?:\w+ )?(?:assets|pictures|images|uploads|clips|photos) ",
    ),
    Evidence(
        "validate_asset_references",
        22,
        r" (?:validate|check|verify) (?:.* )?references | (?:asset )?references (?:ok|okay|right|correct|valid|fine) |^ (?:check|validate|verify|is) (?:whether |if )?(?:my |this |the )prompt (?:is )?(?:right|valid|correct|ok|okay) ",
    ),
)
