"""Whole requests of a third fresh set: short, elliptic, one line for several wishes."""

from tests.engine.director.everyday import C, E, Everyday

G, R = "generate_image", "refine_result|edit_image"

EVERYDAY_EIGHTH: list[Everyday] = [
    E(
        "aw yes!! now that one but with a crescent moon n less trees",
        "",
        C(f"{G}|{R}", prompt="~crescent moon"),
        before=("a chapel in a birch forest",),
    ),
    E(
        "a saxophone made of coral, studio light, 3 takes, pick portrait format",
        "",
        C(G, prompt="~saxophone,coral", numberOfVariations=3, _shape="portrait"),
    ),
    E(
        "hi there, im a potter. i'd need an image for my fair stand: tall, blue glaze drips, no faces",
        "",
        C(G, prompt="~blue glaze", negativePrompt="~faces"),
    ),
    E(
        "magpie. ink. then colour only the eye red",
        "",
        C(G, prompt="~magpie,ink"),
        C(R, prompt="~eye,red", sourceImageIndex=0),
    ),
    E(
        "make me 2 flyers, one for a jumble sale and one for a choir concert",
        "",
        C(G, prompt="~jumble sale,!choir"),
        C(G, prompt="~choir"),
    ),
    E("cyanotype of a fern & upscale x4 pls", "", C(G, prompt="~cyanotype,fern,!upscale"), C("upscale_image", scale=4)),
    E("a bronze astrolabe, white bg, then spin it", "", C(G, prompt="~astrolabe"), C("orbit_video")),
    E(
        "there's a pole growing out of his head lol, get rid of it",
        "+1",
        C("edit_image|restore_photo", prompt="~pole,!lol"),
    ),
    E(
        "colour grade it teal and orange, letterbox, and write FIN in the middle",
        "+1",
        C("edit_image", prompt="~teal,orange,fin"),
    ),
    E(
        "i like the second better. can you make it night there",
        "",
        C(R, prompt="~night", sourceImageIndex=1),
        before=("2 versions of a fishing village",),
    ),
    E(
        "image 1 as mosaic, image 2 as pastel",
        "i2",
        C("apply_style", prompt="~mosaic", sourceImageIndex=0),
        C("apply_style", prompt="~pastel", sourceImageIndex=1),
    ),
    E("scan of a water damaged postcard. restore, then 2x", "+1", C("restore_photo"), C("upscale_image", scale=2)),
    E("profile view, close up, of her", "+1", C("change_angle", description="~side view,close-up")),
    E("separate the guitar from the rest, png", "+1", C("segment_image|remove_background")),
    E("3d pls n keep it under 50k triangles", "+1", C("image_to_3d", meshTargetFaces=50000)),
    E("cutout -> 3d", "+1", C("remove_background"), C("image_to_3d", sourceImageIndex=0)),
    E(
        "6s, 9:16: a hand opening, birds fly out, no audio",
        "",
        C("generate_video", prompt="~hand,birds", duration=6, aspectRatio="9:16", generateAudio=False),
    ),
    E(
        "timelapse clip of a rose wilting 10s. under it a sad cello",
        "",
        C("generate_music", prompt="~cello", duration=10),
        C("generate_video", prompt="~rose", duration=10, referenceAudioIndices=[0]),
    ),
    E(
        "music video pls! song: upbeat funk 100 bpm, pic is attached",
        "+1",
        C("generate_music", prompt="~funk", bpm=(100, None)),
        C("sound_to_video"),
    ),
    E(
        "gentle breeze in the curtains, dust in the light, 8 s, loop",
        "+1",
        C("animate_photo", prompt="~curtains,dust,loop", duration=8),
    ),
    E(
        "from the first pic to the second in 6 seconds, like a dream",
        "u2",
        C("animate_photo", frameRole="both", sourceImageIndex=-1, endImageIndex=-2, duration=6),
    ),
    E("make the portrait lip sync to my recording", "s1 +1", C("sound_to_video", sourceImageIndex=-1)),
    E("vid looks shaky n dull, make it look like an oil painting", "w1", C("video_to_video", prompt="~oil painting")),
    E(
        "the 3 clips in order 3 1 2, crossfade half a second, full hd",
        "v3",
        C("stitch_video", videoIndices=[2, 0, 1], transition="~fade"),
        C("upscale_video", targetResolution=1080),
    ),
    E("tack on 3 more seconds where the light goes out", "v1", C("extend_video", duration=3, prompt="~light")),
    E(
        "cover 5s-7s of the clip with something darker",
        "w1",
        C("replace_video_segment", startSeconds=5, endSeconds=7, prompt="~dark"),
    ),
    E("credits at the end: 'made by nobody', small, white", "v1", C("overlay_video", overlays="~made by nobody,white")),
    E('0-1.5 "psst" 1.5-3 "over here" as captions in the clip, top', "v1", C("add_subtitles", cues="~psst,over here")),
    E(
        "country ballad, key of D, 70bpm, 45 seconds & no banjo",
        "",
        C("generate_music", prompt="~country,no banjo", duration=45, bpm=70, keyscale="D major"),
    ),
    E(
        "do the tune again but only strings, half as long",
        "",
        C("generate_music", prompt="~strings", duration=30),
        before=("brass fanfare, one minute",),
    ),
    E("rap lyrics on burnt toast in german", "", C("compose_lyrics", prompt="~burnt toast", language=("german", None))),
    E("hey robot voice: system failure imminent", "", C("generate_speech", prompt="~system failure imminent")),
    E("anything weird in this image? whats the dominant colour", "+1", C("analyze_image")),
    E("compare these two and tell me which is sharper", "+2", C("analyze_image", analysisType="compare")),
    E("who made this file and is it ai", "+1", C("extract_metadata")),
    E(
        "trailer script, 45 sec, haunted ferris wheel, then the first shot as an image",
        "",
        C("compose_script", duration_seconds=45, brief="~ferris wheel"),
        C(G),
    ),
    E(
        "tighten this prompt for flux: a dog, dog running, running on beach at beach",
        "",
        C("enhance_prompt", prompt="~dog"),
    ),
    E("arrangement plan for a chamber piece, 4 min", "", C("compose_instrumental", duration_seconds=240)),
    E(
        "template: logo on a mug mockup, call it Mugger",
        "",
        C("compose_workflow_template", name="~mugger"),
        family="creative-agent",
    ),
    E("make it pop", "i1", C(R)),
    E(
        "do the pot again but with a taller neck",
        "",
        C("generate_image", prompt="~pot,taller neck"),
        before=("a clay pot with cobalt glaze",),
    ),
    E("paint it", "", C("generate_image", prompt="~cat on a roof|fox"), before=("improve my prompt: fox in the snow",)),
    E("draw it", "", C("generate_image", prompt="~cat on a roof|fox"), before=("improve my prompt: fox in the snow",)),
    E("nah, smaller moon", "", C("refine_result", prompt="~smaller moon,!nah"), before=("a big moon over a lake",)),
]
