"""The tools that are built. Adding one is its module and its line here.

Cheap to import: what makes pixels is loaded when a tool first runs, and does its work
in the render pool.
"""

from studio.engine.tools.add_subtitles import AddSubtitles
from studio.engine.tools.analyze_image import AnalyzeImage
from studio.engine.tools.analyze_video import AnalyzeVideo
from studio.engine.tools.animate_photo import AnimatePhoto
from studio.engine.tools.apply_style import ApplyStyle
from studio.engine.tools.ask_clarifying_question import AskClarifyingQuestion
from studio.engine.tools.asset_manifest import (
    CreateAssetManifest,
    InspectAsset,
    LabelAsset,
    MapAssetsForModel,
    ValidateAssetReferences,
)
from studio.engine.tools.base import ToolRunner
from studio.engine.tools.change_angle import ChangeAngle
from studio.engine.tools.compose_instrumental import ComposeInstrumental
from studio.engine.tools.compose_lyrics import ComposeLyrics
from studio.engine.tools.compose_script import ComposeScript
from studio.engine.tools.compose_workflow import ComposeWorkflow
from studio.engine.tools.compose_workflow_template import ComposeWorkflowTemplate
from studio.engine.tools.dance_montage import DanceMontage
from studio.engine.tools.edit_image import EditImage
from studio.engine.tools.enhance_prompt import EnhancePrompt
from studio.engine.tools.extend_video import ExtendVideo
from studio.engine.tools.extract_metadata import ExtractMetadata
from studio.engine.tools.finalize_response import FinalizeResponse
from studio.engine.tools.generate_image import GenerateImage
from studio.engine.tools.generate_music import GenerateMusic
from studio.engine.tools.generate_speech import GenerateSpeech
from studio.engine.tools.generate_video import GenerateVideo
from studio.engine.tools.image_to_3d import ImageTo3d
from studio.engine.tools.orbit_video import OrbitVideo
from studio.engine.tools.overlay_video import OverlayVideo
from studio.engine.tools.refine_result import RefineResult
from studio.engine.tools.remove_background import RemoveBackground
from studio.engine.tools.replace_video_segment import ReplaceVideoSegment
from studio.engine.tools.restore_photo import RestorePhoto
from studio.engine.tools.segment_image import SegmentImage
from studio.engine.tools.sound_to_video import SoundToVideo
from studio.engine.tools.stitch_video import StitchVideo
from studio.engine.tools.upscale_image import UpscaleImage
from studio.engine.tools.upscale_video import UpscaleVideo
from studio.engine.tools.video_to_video import VideoToVideo


def runners() -> dict[str, ToolRunner]:
    """Return one runner of every built tool, by catalogue name."""
    tools: list[ToolRunner] = [
        GenerateImage(),
        GenerateMusic(),
        EditImage(),
        RefineResult(),
        ApplyStyle(),
        UpscaleImage(),
        ReplaceVideoSegment(),
        OrbitVideo(),
        GenerateVideo(),
        ExtendVideo(),
        AnimatePhoto(),
        StitchVideo(),
        OverlayVideo(),
        AddSubtitles(),
        UpscaleVideo(),
        GenerateSpeech(),
        RemoveBackground(),
        SegmentImage(),
        ImageTo3d(),
        ChangeAngle(),
        RestorePhoto(),
        AnalyzeImage(),
        AnalyzeVideo(),
        DanceMontage(),
        SoundToVideo(),
        VideoToVideo(),
        ExtractMetadata(),
        EnhancePrompt(),
        ComposeScript(),
        ComposeLyrics(),
        ComposeInstrumental(),
        ComposeWorkflow(),
        ComposeWorkflowTemplate(),
        AskClarifyingQuestion(),
        FinalizeResponse(),
        CreateAssetManifest(),
        InspectAsset(),
        LabelAsset(),
        MapAssetsForModel(),
        ValidateAssetReferences(),
    ]
    return {tool.name: tool for tool in tools}
