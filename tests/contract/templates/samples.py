"""The two worked examples of contract/templates.md §10 and §11, with what they compile to."""

from typing import Any

STILL: dict[str, Any] = {
    "name": "Product still to vertical clip",
    "description": "Places an uploaded product in a scene and animates it.",
    "category": "video-social",
    "stability": "beta",
    "visibility": "private",
    "exposeToLLM": True,
    "inputs": [
        {"name": "product", "type": "image", "required": True, "description": "Photo of the product"},
        {
            "name": "scene",
            "type": "text",
            "required": False,
            "default": "a sunlit kitchen counter",
            "description": "Where it stands",
        },
        {"name": "seconds", "type": "number", "required": False, "default": 6, "description": "Clip length"},
        {"name": "music", "type": "boolean", "required": False, "default": False, "description": "Add a soundtrack"},
    ],
    "stages": [
        {
            "id": "still",
            "type": "fixed",
            "label": "Place product",
            "produces": ["still"],
            "tool": "edit_image",
            "args": {
                "prompt": "Place the product on $inputs.scene, same label and colours.",
                "sourceImageIndex": "$inputs.product",
                "aspectRatio": "9:16",
            },
        },
        {
            "id": "clip",
            "type": "fixed",
            "label": "Animate",
            "produces": ["clip"],
            "requiredArtifactsIn": ["still"],
            "tool": "animate_photo",
            "onError": "retry_once",
            "args": {
                "prompt": "Slow push-in, steam rises, quiet room tone.",
                "sourceImageIndex": "$artifacts.still[0].selectedVersion.url",
                "duration": "$inputs.seconds",
            },
        },
        {
            "id": "track",
            "type": "fixed",
            "label": "Soundtrack",
            "produces": ["track"],
            "condition": {"type": "expr", "expression": "inputs.music == true"},
            "tool": "generate_music",
            "args": {"prompt": "Warm lo-fi loop, 80 BPM, C major", "duration": 10},
        },
    ],
    "graph": {
        "nodes": [
            {"stageId": "still", "x": 0, "y": 0},
            {"stageId": "clip", "x": 260, "y": 0},
            {"stageId": "track", "x": 0, "y": 160},
        ],
        "edges": [{"from": "still", "to": "clip"}],
    },
}

STILL_COMPILED: dict[str, Any] = {
    "media_references": [{"kind": "image", "url": "https://cdn.example.com/mug.png"}],
    "input": {
        "title": "Product still to vertical clip",
        "steps": [
            {
                "id": "still",
                "toolName": "edit_image",
                "arguments": {
                    "prompt": "Place the product on a sunlit kitchen counter, same label and colours.",
                    "aspectRatio": "9:16",
                },
                "dependsOn": [
                    {
                        "sourceStepId": "$input_media",
                        "mediaType": "image",
                        "sourceArtifactIndex": 0,
                        "transform": "image_index",
                        "targetArgument": "sourceImageIndex",
                        "required": True,
                    }
                ],
            },
            {
                "id": "clip",
                "toolName": "animate_photo",
                "arguments": {"prompt": "Slow push-in, steam rises, quiet room tone.", "duration": 8},
                "dependsOn": [
                    {
                        "sourceStepId": "still",
                        "sourceArtifactIndex": 0,
                        "mediaType": "image",
                        "transform": "image_index",
                        "targetArgument": "sourceImageIndex",
                        "required": True,
                    }
                ],
            },
        ],
    },
}

VIEWS: dict[str, Any] = {
    "name": "Four views film",
    "description": "Renders several camera views of a portrait, animates each and joins them.",
    "category": "portrait",
    "visibility": "public",
    "inputs": [
        {"name": "portrait", "type": "image", "required": True, "description": "Source portrait"},
        {
            "name": "views",
            "type": "text",
            "required": False,
            "multiple": {"min": 2, "max": 4},
            "default": [
                "front-right quarter view eye-level shot medium shot",
                "left side view low-angle shot close-up",
            ],
            "description": "Camera strings",
        },
        {
            "name": "mood",
            "type": "select",
            "required": False,
            "default": "calm",
            "description": "Motion mood",
            "options": [{"value": "calm", "label": "Calm"}, {"value": "lively", "label": "Lively"}],
        },
    ],
    "stages": [
        {
            "id": "view",
            "type": "batch",
            "label": "Views",
            "produces": ["views"],
            "overBinding": "$inputs.views",
            "itemName": "view",
            "concurrency": 2,
            "partialExecutionEnabled": True,
            "itemLabelTemplate": "View {index}",
            "onError": "retry_once",
            "itemStage": {
                "id": "view_item",
                "type": "fixed",
                "tool": "change_angle",
                "args": {"description": "$item.value", "sourceImageIndex": "$inputs.portrait"},
            },
        },
        {
            "id": "move",
            "type": "batch",
            "label": "Clips",
            "produces": ["clips"],
            "requiredArtifactsIn": ["views"],
            "overBinding": "$artifacts.views.items[*].selectedVersion.url",
            "itemName": "still",
            "partialExecutionEnabled": True,
            "itemStage": {
                "id": "move_item",
                "type": "fixed",
                "tool": "animate_photo",
                "args": {
                    "prompt": "A $inputs.mood portrait comes alive, shot $item.index.",
                    "sourceImageIndex": "$item.value",
                    "duration": 4,
                },
            },
        },
        {
            "id": "film",
            "type": "fixed",
            "label": "Join",
            "produces": ["film"],
            "requiredArtifactsIn": ["clips"],
            "tool": "stitch_video",
            "args": {
                "videoIndices": "$artifacts.clips.items[*].selectedVersion.url",
                "transition": {"type": "fade", "durationSeconds": 0.5},
            },
            "checkpointRequired": False,
            "reviewFocus": ["faces stay recognisable"],
        },
    ],
}

VIEWS_COMPILED: dict[str, Any] = {
    "media_references": [{"kind": "image", "url": "https://cdn.example.com/p.jpg"}],
    "input": {
        "title": "Four views film",
        "steps": [
            {
                "id": "view_0",
                "toolName": "change_angle",
                "arguments": {"description": "front-right quarter view eye-level shot medium shot"},
                "dependsOn": [
                    {
                        "sourceStepId": "$input_media",
                        "mediaType": "image",
                        "sourceArtifactIndex": 0,
                        "transform": "image_index",
                        "targetArgument": "sourceImageIndex",
                        "required": True,
                    }
                ],
            },
            {
                "id": "view_1",
                "toolName": "change_angle",
                "arguments": {"description": "left side view low-angle shot close-up"},
                "dependsOn": [
                    {
                        "sourceStepId": "$input_media",
                        "mediaType": "image",
                        "sourceArtifactIndex": 0,
                        "transform": "image_index",
                        "targetArgument": "sourceImageIndex",
                        "required": True,
                    }
                ],
            },
            {
                "id": "move_0",
                "toolName": "animate_photo",
                "arguments": {"prompt": "A lively portrait comes alive, shot 0.", "duration": 4},
                "dependsOn": [
                    {
                        "sourceStepId": "view_0",
                        "sourceArtifactIndex": 0,
                        "mediaType": "image",
                        "transform": "image_index",
                        "targetArgument": "sourceImageIndex",
                        "required": True,
                    }
                ],
            },
            {
                "id": "move_1",
                "toolName": "animate_photo",
                "arguments": {"prompt": "A lively portrait comes alive, shot 1.", "duration": 4},
                "dependsOn": [
                    {
                        "sourceStepId": "view_1",
                        "sourceArtifactIndex": 0,
                        "mediaType": "image",
                        "transform": "image_index",
                        "targetArgument": "sourceImageIndex",
                        "required": True,
                    }
                ],
            },
            {
                "id": "film",
                "toolName": "stitch_video",
                "arguments": {"transition": {"type": "fade", "durationSeconds": 0.5}},
                "dependsOn": [
                    {
                        "sourceStepId": "move_0",
                        "sourceArtifactIndex": 0,
                        "mediaType": "video",
                        "transform": "video_index",
                        "targetArgument": "videoIndices",
                        "required": True,
                    },
                    {
                        "sourceStepId": "move_1",
                        "sourceArtifactIndex": 0,
                        "mediaType": "video",
                        "transform": "video_index",
                        "targetArgument": "videoIndices",
                        "required": True,
                    },
                ],
            },
        ],
    },
}

STILL_INPUTS: dict[str, Any] = {"product": "https://cdn.example.com/mug.png", "seconds": 8}

VIEWS_INPUTS: dict[str, Any] = {"portrait": "https://cdn.example.com/p.jpg", "mood": "lively"}
