"""How other image generators note in a file what they made and from what.

Each reader takes the texts of a file and returns rows, or None when the notes are not
its own. Common rows: ``made_by``, ``prompt``, ``negative_prompt``, ``seed``, ``steps``,
``sampler``, ``cfg_scale``, ``model``; what a generator notes besides keeps its own name.
Everything is text from a stranger's file: it is told, never believed or acted on.
"""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

Rows = dict[str, Any]
Texts = Mapping[str, str]

_MAX_TEXT: Final = 20_000
_MOST_READ: Final = 64 * 1024 * 1024
_SAME: Final = {
    "positive_prompt": "prompt", "positive": "prompt", "c": "prompt", "uc": "negative_prompt",
    "negativeprompt": "negative_prompt",
    "negative": "negative_prompt", "scale": "cfg_scale", "cfgscale": "cfg_scale", "guidance_scale": "cfg_scale",
    "cfg": "cfg_scale", "scheduler_name": "scheduler", "sampler_name": "sampler", "base_model": "model",
    "use_stable_diffusion_model": "model", "num_inference_steps": "steps", "guidance": "cfg_scale",
}  # fmt: skip


def generation(texts: Texts, exif: Mapping[str, Any], marks: Mapping[str, Any]) -> Rows | None:
    """Return who made a picture and how, or None when its file does not say.

    Args:
        texts: text chunks of the file.
        exif: EXIF rows by name.
        marks: what ``marks`` found in the bytes.
    """
    comment = str(exif.get("UserComment") or "")
    noted = dict(texts)
    for key in ("Make", "Model", "ImageDescription"):  # ComfyUI's WebP files keep their graphs there
        value = str(exif.get(key) or "")
        name, colon, body = value.partition(":")
        if colon and name in ("prompt", "workflow") and body.lstrip().startswith("{"):
            noted.setdefault(name, body)
    if comment and "parameters" not in noted:
        noted["parameters"] = comment
    if marks.get("user_comment") and "parameters" not in noted:
        noted["parameters"] = str(marks["user_comment"])
    maker = f"{texts.get('Software', '')} {exif.get('Software', '')} {marks.get('creator_tool', '')}".strip()
    for read in _READERS:
        found = read(noted, maker)
        if found is not None:
            return {key: value for key, value in found.items() if value not in (None, "", [], {})}
    return _declared(marks)


def marks(file: Path, xmp: bytes | str | None) -> Rows:
    """Return what a file declares beside its texts: content credentials, XMP source type, creator tool.

    Content credentials (C2PA) are only found, not verified.
    """
    rows: Rows = {}
    packet = xmp.decode("utf-8", "replace") if isinstance(xmp, bytes) else xmp or ""
    if packet:
        rows |= _xmp(packet)
    with file.open("rb") as stream:
        data = stream.read(_MOST_READ)
    if _has_manifest(data):
        rows["content_credentials"] = True
        found = re.search(
            rb"(?:ChatGPT|OpenAI|DALL[\xc2\xb7.\-]*E|Adobe[ _]Firefly|Microsoft[ _]Responsible|Bing|Google|Gemini"
            rb"|Amazon[ _]Titan|Leica|Truepic|Sogni)[\w .\-]{0,32}",
            data,
        )
        generator = re.search(rb"claim_generator(?:_info)?[\x00-\x7f]{1,40}?([A-Za-z][\w .\-/]{3,60})", data)
        if found:
            rows["credentials_name"] = found[0].decode("latin-1").strip()
        elif generator:
            rows["credentials_name"] = generator[1].decode("latin-1").strip()
        if b"trainedAlgorithmicMedia" in data:
            rows["declared_source"] = "made by an AI model"
    return rows


def _has_manifest(data: bytes) -> bool:
    """Whether a JUMBF box with a C2PA manifest is in the file: PNG caBX, JPEG APP11, WebP C2PA, and ISO boxes."""
    if b"c2pa" not in data:
        return False
    if data.startswith(b"\x89PNG"):
        return b"caBX" in data
    if data.startswith(b"\xff\xd8"):
        return b"\xff\xeb" in data and b"jumb" in data
    if data[:4] == b"RIFF":
        return b"C2PA" in data
    return b"jumb" in data


def _xmp(packet: str) -> Rows:
    rows: Rows = {}
    if tool := re.search(r"(?:xmp:)?CreatorTool(?:=\"|>)([^\"<]{1,120})", packet):
        rows["creator_tool"] = tool[1].strip()
    if source := re.search(r"DigitalSourceType(?:=\"|>|\s+rdf:resource=\")\s*([^\"<]{1,200})", packet):
        kind = source[1].rsplit("/", 1)[-1]
        names = {
            "trainedAlgorithmicMedia": "made by an AI model",
            "compositeWithTrainedAlgorithmicMedia": "edited with an AI model",
            "algorithmicMedia": "made by a program",
            "digitalCapture": "taken with a camera",
        }
        rows["declared_source"] = names.get(kind, kind)
    if credit := re.search(r"photoshop:Credit(?:=\"|>)([^\"<]{1,120})", packet):
        rows["credit"] = credit[1].strip()
    if comment := re.search(r"UserComment>.*?<rdf:li[^>]*>(.*?)</rdf:li>", packet, re.DOTALL):
        rows["user_comment"] = _unescaped(comment[1])[:_MAX_TEXT]
    if described := re.search(r"dc:description>.*?<rdf:li[^>]*>(.*?)</rdf:li>", packet, re.DOTALL):
        rows["description"] = _unescaped(described[1]).strip()[:_MAX_TEXT]
    return rows


def _unescaped(text: str) -> str:
    for code, sign in (
        ("&quot;", '"'),
        ("&apos;", "'"),
        ("&#39;", "'"),
        ("&#34;", '"'),
        ("&#xA;", "\n"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ):
        text = text.replace(code, sign)
    return text


def _declared(found: Mapping[str, Any]) -> Rows | None:
    """Return the maker that content credentials or XMP declare, when no settings were noted."""
    name = str(found.get("credentials_name") or "")
    credit = str(found.get("credit") or "")
    if found.get("content_credentials") and (name or found.get("declared_source")):
        maker = {"chatgpt": "ChatGPT (DALL·E or GPT Image)", "openai": "OpenAI (DALL·E or GPT Image)"}
        made_by = next((text for key, text in maker.items() if key in name.lower()), name or "unknown")
        if "dall" in name.lower():
            made_by = "OpenAI (DALL·E)"
        return {
            "made_by": made_by,
            "declared_source": found.get("declared_source"),
            "note": "Told by its content credentials (C2PA), which were found but not verified.",
        }
    if "AI" in credit.split() or "Google AI" in credit:
        return {"made_by": credit, "declared_source": found.get("declared_source")}
    if found.get("declared_source") in ("made by an AI model", "edited with an AI model"):
        return {
            "made_by": str(found.get("creator_tool") or "an AI model that is not named"),
            "declared_source": found["declared_source"],
        }
    return None


def _object(text: str) -> Rows | None:
    """Return *text* as a JSON object, or None."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _common(rows: Mapping[str, Any]) -> Rows:
    """Return *rows* with the common names, small values as they are."""
    out: Rows = {}
    for key, value in rows.items():
        name = re.sub(r"[ \-]+", "_", str(key).strip()).lower()
        name = _SAME.get(name, name)
        if isinstance(value, dict) and name == "model":
            value = value.get("model_name") or value.get("name") or value.get("key")
        if isinstance(value, str):
            value = value[:_MAX_TEXT].strip()
        if isinstance(value, str | int | float | bool | list) and name not in out:
            out[name] = value
    return out


def _ours(texts: Texts, maker: str) -> Rows | None:
    noted = _object(texts.get("parameters", ""))
    if noted is not None and "tool" in noted and "renderer" in noted:
        return {"made_by": noted.get("Software", "unknown"), **noted}
    if "tool" in texts and "renderer" in texts:
        names = ("prompt", "seed", "tool", "renderer", "model", "Software", "Title", "Description")
        return {"made_by": texts.get("Software", "unknown"), **{k: texts[k] for k in names if k in texts}}
    return None


def _swarm(texts: Texts, maker: str) -> Rows | None:
    noted = _object(texts.get("parameters", ""))
    if noted is None or not isinstance(noted.get("sui_image_params"), dict):
        return None
    rows = _common(noted["sui_image_params"])
    extra = noted.get("sui_extra_data")
    if isinstance(extra, dict) and extra.get("date"):
        rows["date"] = str(extra["date"])
    return {"made_by": "SwarmUI", **rows}


def _draw_things(texts: Texts, maker: str) -> Rows | None:
    noted = _object(texts.get("parameters", ""))
    if noted is None or "c" not in noted or not ("uc" in noted or "Draw Things" in maker):
        return None
    rows = _common({k: v for k, v in noted.items() if k not in ("v2", "profile")})
    newer = noted.get("v2")
    if isinstance(newer, dict):
        rows |= {
            k: v for k, v in _common(newer).items() if k in ("model", "width", "height", "strength") and k not in rows
        }
    return {"made_by": "Draw Things", **rows}


def _fooocus(texts: Texts, maker: str) -> Rows | None:
    noted = _object(texts.get("parameters", ""))
    scheme = texts.get("fooocus_scheme", "")
    version = str((noted or {}).get("version") or (noted or {}).get("metadata_scheme") or "")
    if noted is not None and (scheme or "fooocus" in version.lower() or "full_prompt" in noted):
        rows = _common({k: v for k, v in noted.items() if k not in ("full_prompt", "full_negative_prompt")})
        for key in ("resolution", "styles"):
            if isinstance(rows.get(key), str):
                rows[key] = rows[key].strip("()[]").replace("'", "")
        return {"made_by": "Fooocus", **rows}
    if scheme and "parameters" in texts:
        return {"made_by": "Fooocus", **web_ui(texts["parameters"])}
    return None


def _easy(texts: Texts, maker: str) -> Rows | None:
    if "use_stable_diffusion_model" not in texts and "Stable Diffusion model" not in texts:
        return None
    return {"made_by": "Easy Diffusion", **_common(texts)}


def _web_ui(texts: Texts, maker: str) -> Rows | None:
    text = texts.get("parameters", "")
    if not text or text.lstrip().startswith("{") or not re.search(r"\b(?:Steps|Negative prompt): ?", text):
        return None
    rows = web_ui(text)
    version = str(rows.get("version", ""))
    name = "Stable Diffusion web UI"
    if "stable-diffusion.cpp" in version:
        name = "stable-diffusion.cpp"
    elif rows.get("app") == "SD.Next" or "SD.Next" in text:
        name = "SD.Next"
    elif re.match(r"f\d|forge|neo", version, re.IGNORECASE):
        name = "Stable Diffusion web UI Forge"
    elif "Fooocus" in version:
        name = "Fooocus"
    elif "civitai" in text.lower():
        name = "Civitai"
    return {"made_by": name, **rows}


def web_ui(text: str) -> Rows:
    """Read the notes of the Stable Diffusion web UI: prompt, negative prompt, and "Key: value" pairs."""
    lines = text.replace("\r\n", "\n").split("\n")
    last = len(lines)
    settings = ""
    if lines and re.search(r"(?:^|, )Steps: ?\d", lines[-1].strip()):
        last, settings = len(lines) - 1, lines[-1]
    else:  # the settings may stand in the middle, with hashes or notes of other programs after them
        for place, line in enumerate(lines):
            if re.match(r"Steps: ?\d", line.strip()):
                last, settings = place, " ".join(lines[place:])
                break
    body = "\n".join(lines[:last])
    prompt, _, negative = body.partition("Negative prompt:")
    rows: Rows = {"prompt": prompt.strip()}
    if negative.strip():
        rows["negative_prompt"] = negative.strip()
    for key, value in _pairs(settings):
        name = _SAME.get(key.lower().replace(" ", "_"), key.lower().replace(" ", "_"))
        rows.setdefault(name, value)
    return rows


def _pairs(text: str) -> list[tuple[str, str]]:
    """Split "Key: value, Key: "quoted, value"" with quotes and brackets respected."""
    pattern = re.compile(r'\s*([A-Za-z][\w \-/]+):\s*("(?:\\.|[^"\\])*"|\{[^{}]*\}|\[[^\[\]]*\]|[^,]*)(?:,|$)')
    return [(key.strip(), value.strip().strip('"')) for key, value in pattern.findall(text)]


def _comfy(texts: Texts, maker: str) -> Rows | None:
    graph = _object(texts.get("prompt", ""))
    nodes = {k: v for k, v in (graph or {}).items() if isinstance(v, dict) and "class_type" in v}
    if not nodes and "workflow" not in texts:
        return None
    rows: Rows = {"made_by": "ComfyUI", "has_workflow": "workflow" in texts}
    if "invokeai" in texts.get("workflow", "")[:400].lower():
        return None
    prompts, seeds, models, loras = [], [], [], []
    for node in nodes.values():
        inputs = node.get("inputs")
        given: Rows = inputs if isinstance(inputs, dict) else {}
        if isinstance(given.get("text"), str) and given["text"].strip():
            prompts.append(given["text"])
        seeds += [given[key] for key in ("seed", "noise_seed") if isinstance(given.get(key), int)]
        models += [given[key] for key in ("ckpt_name", "unet_name", "model_name") if isinstance(given.get(key), str)]
        loras += [given["lora_name"]] if isinstance(given.get("lora_name"), str) else []
    rows |= {"prompts": prompts, "seeds": seeds, "models": models, "loras": loras}
    sampler = next(
        (n for n in nodes.values() if "sampler" in str(n["class_type"]).lower() and "positive" in n.get("inputs", {})),
        None,
    )
    if sampler is not None:
        given = sampler["inputs"]
        rows["prompt"] = _text_behind(nodes, given.get("positive"))
        rows["negative_prompt"] = _text_behind(nodes, given.get("negative"))
        for key, name in (
            ("steps", "steps"),
            ("cfg", "cfg_scale"),
            ("sampler_name", "sampler"),
            ("scheduler", "scheduler"),
            ("denoise", "denoise"),
        ):
            if isinstance(given.get(key), str | int | float):
                rows[name] = given[key]
    if len(set(seeds)) == 1:
        rows["seed"] = seeds[0]
    if models:
        rows["model"] = models[0]
    if not rows.get("prompt") and len(prompts) == 1:
        rows["prompt"] = prompts[0]
    return rows


def _text_behind(nodes: Rows, link: Any, depth: int = 0) -> str | None:
    """Follow a link of a graph to the text that feeds it."""
    if isinstance(link, str):
        return link
    if not isinstance(link, list) or not link or depth > 12:
        return None
    node = nodes.get(str(link[0]))
    if node is None:
        return None
    given = node.get("inputs", {})
    for key in (
        "text",
        "text_g",
        "prompt",
        "string",
        "value",
        "positive",
        "conditioning",
        "conditioning_1",
        "conditioning_to",
    ):
        if key in given and (text := _text_behind(nodes, given[key], depth + 1)):
            return text
    return None


def _invoke(texts: Texts, maker: str) -> Rows | None:
    for key in ("invokeai_metadata", "sd-metadata", "Sd-metadata", "dream", "Dream"):
        if key not in texts:
            continue
        noted = _object(texts[key])
        if noted is None:
            return {"made_by": "InvokeAI", "prompt": texts[key][:_MAX_TEXT]}
        image = noted.get("image")
        if isinstance(image, dict):  # the notes of version 2
            prompt = image.get("prompt")
            if isinstance(prompt, list):
                prompt = ", ".join(str(p.get("prompt", "")) for p in prompt if isinstance(p, dict))
            rows = _common({**image, "prompt": prompt, "model": noted.get("model_weights") or noted.get("model")})
        else:
            rows = _common(noted)
        if "positive_prompt" in noted:
            rows["positive_prompt"] = noted["positive_prompt"]
        return {"made_by": "InvokeAI", **rows}
    return None


def _novel(texts: Texts, maker: str) -> Rows | None:
    if "NovelAI" not in maker and "NovelAI" not in texts.get("Source", ""):
        return None
    rows = _common(_object(texts.get("Comment", "")) or {})
    rows.setdefault("prompt", texts.get("Description", ""))
    if "Source" in texts:
        rows["model"] = texts["Source"]
    return {"made_by": "NovelAI", **rows}


def _midjourney(texts: Texts, maker: str) -> Rows | None:
    text = texts.get("Description") or texts.get("ImageDescription") or texts.get("comment", "")
    job = re.search(r"Job ID: ?([0-9a-fA-F-]{32,36})", text)
    if job is None:
        return None
    prompt, *options = re.split(r"\s--(?=\w)", text[: job.start()].strip())
    rows: Rows = {"made_by": "Midjourney", "prompt": prompt.strip(), "job_id": job[1]}
    names = {
        "ar": "aspect_ratio",
        "v": "version",
        "s": "stylize",
        "c": "chaos",
        "no": "negative_prompt",
        "q": "quality",
        "iw": "image_weight",
    }
    for option in options:
        name, _, value = option.strip().partition(" ")
        rows[names.get(name, name)] = value.strip() or True
    if texts.get("Author"):
        rows["author"] = texts["Author"]
    return rows


_READERS: Final[tuple[Callable[[Texts, str], Rows | None], ...]] = (
    _ours, _swarm, _draw_things, _fooocus, _invoke, _comfy, _easy, _web_ui, _novel, _midjourney,
)  # fmt: skip
