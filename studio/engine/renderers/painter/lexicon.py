"""The painter's vocabulary: which words mean which scene, thing, hour, weather, colour and manner.

Plain data, written as space-separated words so that it stays easy to extend; an underscore joins a phrase.
Words are singular: the reader (`brief.py`) also tries a word without its plural ending.
"""

from __future__ import annotations

from studio.engine.renderers.painter.colour import Rgb, rgb


def words(text: str) -> tuple[str, ...]:
    """The words of a text; an underscore joins the parts of a phrase."""
    return tuple(word.replace("_", " ") for word in text.split())


FAMILY_WORDS: dict[str, tuple[str, ...]] = {
    "coast": words(
        "coast sea ocean seaside shore shoreline beach bay cove harbour harbor port island isle archipelago reef wave "
        "surf tide seascape cliff pier dock marina lagoon strait channel fjord gulf atlantic pacific mediterranean "
        "cornwall brittany sea_of_clouds sea_of_fog sea_of_mist cloud_sea above_the_clouds breakwater headland "
        "cape promontory sandbar "
        "tsunami maelstrom "
        "horizon voyage regatta caribbean aegean harbour_town fishing_village santorini big_sur nautical maritime"
    ),
    "hills": words(
        "hill meadow field countryside valley land landscape pasture prairie steppe grassland farmland farm vineyard "
        "tuscany tuscan vale moor heath highland lowland knoll plain village hamlet country orchard lavender_field "
        "poppy_field wheat wheatfield cornfield barn haystack provence shire cotswold spring_meadow rolling_hill "
        "rice_terrace terrace park playground picnic golf_course lawn tea_plantation windmill pastoral idyll "
        "savanna savannah serengeti scenery"
    ),
    "mountains": words(
        "mountain peak summit alp alpine lake ridge range glacier himalaya everest andes rockies dolomite matterhorn "
        "fuji mount tarn reservoir massif crag fell patagonia yosemite iceberg tundra pond loch ravine gorge "
        "canyon_lake "
        "waterfall cascade river stream volcano snowcap mountaintop mountainside mountain_range foothill scandinavia "
        "norway switzerland tibet"
    ),
    "desert": words(
        "desert dune sand sahara mesa canyon oasis arizona monument_valley gobi namib atacama badland cactus camel "
        "caravan mirage wasteland pyramid egypt bedouin outback mojave wadi rum sphinx arrakis dust"
    ),
    "forest": words(
        "forest wood woodland tree grove jungle rainforest pine spruce fir birch oak maple redwood sequoia bamboo "
        "thicket undergrowth clearing glade taiga copse wilderness enchanted_forest fairy_tale trail canopy willow "
        "aspen beech elm cedar cypress mushroom moss swamp marsh cherry_blossom sakura arbor treehouse elf"
    ),
    "city": words(
        "city skyline town street skyscraper downtown metropolis urban building cityscape avenue alley alleyway "
        "rooftop "
        "tokyo new_york manhattan london paris shanghai hong_kong chicago venice prague dubai boulevard plaza "
        "square market crossroad traffic taxi bus tram subway station neon_sign cyberpunk highway apartment "
        "architecture facade dystopia megacity blade_runner seoul berlin san_francisco bridge cafe shop bazaar noir"
    ),
    "sky": words(
        "sky cloud cloudscape heaven cumulus thunderhead stratosphere airship zeppelin airplane aeroplane plane glider "
        "paraglider flight wind kite floating_island sky_castle in_the_sky rainbow sunrise sunset sunbeam "
        "daydream dream freedom skyscape sun dragon phoenix angel pegasus feather breeze"
    ),
    "night": words(
        "aurora northern_light aurora_borealis southern_light milky_way starry_sky starry_night night_sky firefly "
        "fireflies stargazing stargazer meteor shooting_star comet constellation firework campfire bonfire moonlight "
        "moonrise full_moon polar_night lantern iceland lapland finland igloo north_pole star_trail wish starlight"
    ),
    "cosmic": words(
        "space cosmos planet galaxy nebula eclipse saturn jupiter mars venus universe cosmic astronaut "
        "spaceship rocket "
        "asteroid black_hole supernova interstellar solar_system exoplanet alien alien_world orbit earth ring "
        "moonscape "
        "star_field celestial astronomy ufo satellite spacecraft singularity wormhole stardust pulsar quasar starship "
        "astral spacewalk lunar"
    ),
    "botanical": words(
        "flower fern bouquet herbarium rose tulip daisy orchid lily sunflower peony iris poppy leaf leaves botanical "
        "plant garden petal blossom bloom wreath ivy succulent monstera lotus hydrangea dahlia magnolia lavender "
        "dandelion wildflower herb branch twig floral posy vine carnation chrysanthemum anemone daffodil violet_flower "
        "hibiscus camellia"
    ),
    "underwater": words(
        "underwater under_the_sea under_the_water under_water beneath_the_waves ocean_floor undersea "
        "below_the_surface koi jellyfish jelly_fish coral coral_reef fish goldfish seahorse octopus aquarium "
        "deep_sea kelp "
        "seaweed anemone_fish manta manta_ray squid abyss medusa mermaid submarine diver atlantis shoal carp "
        "sea_turtle "
        "starfish pond_fish nautilus seabed"
    ),
    "abstract": words(
        "abstract marble flow flow_field swirl fluid attractor chaos emotion energy music sound melody jazz rhythm "
        "harmony silence thought memory idea nothing anything turbulence smoke gradient ribbon motion wave_form liquid "
        "agate ink_in_water expression feeling joy sorrow hope love anger peace time infinity topography contour "
        "contour_line map data algorithm generative symphony song"
    ),
    "geometric": words(
        "geometric geometry stained_glass mandala knot bauhaus mosaic tessellation polygon triangle circle cube "
        "kaleidoscope sacred_geometry celtic celtic_knot hexagon isometric low_poly islamic_pattern rosette arabesque "
        "suprematism constructivism kandinsky mondrian cubism art_deco fractal spiral labyrinth maze "
        "cathedral rose_window"
    ),
    "papercut": words("paper_cut papercut paper-cut paper_art layered_paper cut_paper kirigami origami shadow_box "
                       "diorama paper collage cutout"),
    "portrait": words(
        "portrait face woman man girl boy lady person self-portrait head profile queen king warrior dancer ballerina "
        "silhouette samurai geisha goddess witch wizard muse child mother father couple lover human figure eye hair "
        "princess prince knight musician model monk"
    ),
    "still_life": words(
        "still_life glass_of_wine wine_glass fruit vase apple pear orange_fruit lemon peach grape bowl "
        "bottle teapot cup coffee tea candle book "
        "table breakfast wine cheese bread cherry pomegranate skull jug pitcher strawberry cake food fig plum "
        "clock guitar violin piano shell pumpkin lime grapefruit apricot mug espresso cappuccino latte cocoa ramen "
        "soup noodle salad spaghetti pasta birthday_cake wedding_cake cheesecake kettle champagne loaf baguette "
        "egg pizza burger hamburger cheeseburger sandwich donut doughnut ice_cream sundae sushi pancake croissant "
        "cookie pie"
    ),
    "interior": words(
        "interior window in_a_cafe in_the_cafe in_a_coffee_shop coffee_shop christmas_tree room living_room "
        "bedroom dining_room kitchen windowsill window_sill window_seat library study "
        "lounge fireplace hearth sofa couch armchair attic parlour nursery bookshelf bookcase bookshop bookstore "
        "indoor inside hotel_room hallway rug lamp desk bathroom bed office home_office restaurant bakery"
    ),
    "poster": words(
        "poster logo flyer banner logotype emblem badge book_cover album_cover magazine_cover greeting_card postcard "
        "invitation business_card monogram birthday_card christmas_card typography brand_mark sticker movie_poster "
        "concert_poster travel_poster billboard"
    ),
    "animals": words(
        "animal cat dog fox deer stag wolf bear horse lion tiger elephant owl rabbit hare whale bird swan heron crane "
        "eagle raven crow hummingbird butterfly dolphin penguin giraffe zebra panther leopard squirrel hedgehog moose "
        "puppy kitten peacock parrot flamingo kingfisher panda koala monkey mouse pig raccoon hamster cheetah jaguar"
    ),
    "pattern": words(
        "pattern texture wallpaper textile fabric seamless tile tiles repeating motif batik ikat paisley damask weave "
        "quilt rug carpet terrazzo polka_dot stripe tartan plaid herringbone azulejo background backdrop ornament print"
    ),
}  # fmt: skip
"""Scene family -> the nouns that ask for it."""

ELEMENT_WORDS: dict[str, tuple[str, str]] = {
    # kind: (words, family that shows it best)
    "lighthouse": ("lighthouse beacon pharos", "coast"),
    "boat": ("boat sailboat sailing_boat ship yacht schooner sail fishing_boat vessel dinghy rowboat canoe gondola "
             "galleon ferry", "coast"),
    "whale": ("whale humpback orca", "coast"),
    "island": ("island isle islet", "coast"),
    "rocks": ("rock sea_stack boulder cliff crag", "coast"),
    "palm": ("palm palm_tree coconut", "coast"),
    "balloon": ("balloon hot_air_balloon hot-air_balloon montgolfier", "hills"),
    "house": ("house cottage cabin hut barn farmhouse chalet home farm lodge shack", "hills"),
    "village": ("village hamlet town fishing_village harbour_town", "hills"),
    "church": ("church chapel steeple monastery", "hills"),
    "castle": ("castle fortress palace citadel", "hills"),
    "windmill": ("windmill mill", "hills"),
    "tree": ("lone_tree tree oak apple_tree orange_tree lemon_tree cherry_tree pear_tree", "hills"),
    "flowers": ("flower wildflower poppy poppies lavender sunflower tulip daisy bluebell blossom rose peony "
                "orchid lily iris dahlia hydrangea", "hills"),
    "path": ("path road trail lane track footpath", "hills"),
    "sheep": ("sheep lamb", "hills"),
    "horse": ("horse stallion mare pony pegasus unicorn", "hills"),
    "cow": ("cow cattle bull", "hills"),
    "pine": ("pine spruce fir conifer", "mountains"),
    "waterfall": ("waterfall cascade", "mountains"),
    "lake": ("lake pond tarn loch", "mountains"),
    "volcano": ("volcano", "mountains"),
    "cactus": ("cactus cacti saguaro", "desert"),
    "camel": ("camel caravan dromedary", "desert"),
    "pyramid": ("pyramid", "desert"),
    "mesa": ("mesa butte monument_valley", "desert"),
    "fox": ("fox vixen", "forest"),
    "deer": ("deer stag doe elk moose reindeer fawn", "forest"),
    "wolf": ("wolf wolves", "forest"),
    "bear": ("bear grizzly", "forest"),
    "owl": ("owl", "forest"),
    "rabbit": ("rabbit hare bunny", "forest"),
    "cat": ("cat kitten tabby tomcat siamese kitty", "city"),
    "dog": ("dog puppy hound golden_retriever retriever labrador poodle beagle corgi husky dachshund terrier spaniel "
            "collie bulldog pug dalmatian pup german_shepherd", "city"),
    "parrot": ("parrot macaw parakeet budgie cockatoo", "animals"),
    "kingfisher": ("kingfisher", "animals"),
    "hummingbird": ("hummingbird", "animals"),
    "robin": ("robin", "animals"),
    "canary": ("canary finch goldfinch", "animals"),
    "songbird": ("songbird sparrow bluebird blue_jay little_bird nightingale", "animals"),
    "penguin": ("penguin", "animals"),
    "snowman": ("snowman snowmen", "hills"),
    "christmas_tree": ("christmas_tree xmas_tree", "interior"),
    "present": ("present gift", "interior"),
    "eiffel": ("eiffel_tower", "city"),
    "apple": ("apple", "still_life"),
    "pear": ("pear", "still_life"),
    "pumpkin": ("pumpkin", "still_life"),
    "pomegranate": ("pomegranate", "still_life"),
    "lion": ("lion lioness", "animals"),
    "tiger": ("tiger", "animals"),
    "leopard": ("leopard cheetah jaguar", "animals"),
    "panda": ("panda", "animals"),
    "squirrel": ("squirrel chipmunk", "animals"),
    "mouse": ("mouse mice hamster", "animals"),
    "pig": ("pig piglet", "animals"),
    "raccoon": ("raccoon", "animals"),
    "bicycle": ("bicycle bike", "city"),
    "bus": ("bus", "city"),
    "train": ("train steam_train locomotive railway steam_engine", "mountains"),
    "robot": ("robot android droid", "city"),
    "lantern": ("lantern sky_lantern paper_lantern floating_lantern", "night"),
    "umbrella": ("umbrella parasol", "city"),
    "car": ("car taxi cab automobile traffic sports_car pickup", "city"),
    "bridge": ("bridge", "city"),
    "bird": ("bird seagull gull crow raven geese goose swallow eagle hawk crane heron dove flock albatross starling",
             "sky"),
    "airship": ("airship zeppelin blimp dirigible", "sky"),
    "kite": ("kite", "sky"),
    "plane": ("plane airplane aeroplane aircraft biplane", "sky"),
    "rainbow": ("rainbow", "sky"),
    "cloud": ("cloud cumulus", "sky"),
    "floating": ("floating_island floating_islands", "sky"),
    "lightning": ("lightning thunderbolt thunder", "sky"),
    "aurora": ("aurora northern_light aurora_borealis southern_light borealis", "night"),
    "milkyway": ("milky_way", "night"),
    "moon": ("moon moonlight moonlit moonrise full_moon crescent crescent_moon", "night"),
    "star": ("star starry starlight starlit starry_sky constellation", "night"),
    "meteor": ("meteor shooting_star comet falling_star", "night"),
    "firework": ("firework fireworks", "night"),
    "firefly": ("firefly fireflies", "night"),
    "tent": ("tent campsite camp camping yurt tipi", "night"),
    "campfire": ("campfire bonfire fire", "night"),
    "planet": ("planet jupiter mars venus exoplanet", "cosmic"),
    "ringed": ("saturn ringed_planet ring rings", "cosmic"),
    "galaxy": ("galaxy andromeda spiral_galaxy", "cosmic"),
    "nebula": ("nebula", "cosmic"),
    "eclipse": ("eclipse", "cosmic"),
    "rocket": ("rocket spaceship spacecraft starship", "cosmic"),
    "astronaut": ("astronaut cosmonaut spaceman", "cosmic"),
    "earth": ("earth blue_marble", "cosmic"),
    "blackhole": ("black_hole", "cosmic"),
    "figure": ("person man woman men women children kid "
               "girl boy figure wanderer traveler traveller hiker child monk someone people stranger "
               "fisherman shepherd keeper explorer walker silhouette samurai knight warrior king "
               "queen wizard witch soldier ballerina dancer pirate princess prince hunter farmer", "hills"),
    "couple": ("couple lovers two_people", "hills"),
    "vase": ("vase jug pitcher", "botanical"),
    "sun": ("sun sunbeam sunlight", "sky"),
    "elephant": ("elephant", "hills"),
    "giraffe": ("giraffe", "hills"),
    "swan": ("swan duck", "mountains"),
    "dolphin": ("dolphin porpoise", "coast"),
    "dragon": ("dragon wyvern", "sky"),
    "fish": ("fish koi goldfish carp", "underwater"),
    "butterfly": ("butterfly moth butterflies", "botanical"),
}  # fmt: skip
"""Things that a scene can hold: kind -> (words, the family that shows it best)."""

TIME_WORDS: dict[str, tuple[str, ...]] = {
    "dawn": words("dawn sunrise daybreak first_light early_morning sun-up aurora_hour morning_mist"),
    "morning": words("morning forenoon"),
    "noon": words("noon midday day daytime daylight afternoon bright_day sunny_day high_noon sunny sunlit"),
    "golden": words("golden_hour late_afternoon evening_sun low_sun golden_light evening warm_light magic_hour"),
    "dusk": words("dusk sunset sundown last_light afterglow evening_glow setting_sun"),
    "blue": words("twilight blue_hour nightfall gloaming blue_light"),
    "night": words("night midnight nighttime nocturnal moonlit moonlight starry starlit starry_night dark_night "
                    "nocturne starlight moonrise full_moon after_dark small_hours"),
}  # fmt: skip

WEATHER_WORDS: dict[str, tuple[str, ...]] = {
    "fog": words("fog foggy mist misty haze hazy vapour vapor brume"),
    "rain": words("rain rainy raining drizzle downpour shower wet rainfall monsoon puddle"),
    "snow": words("snow snowing snowfall blizzard snowflake falling_snow snowstorm"),
    "storm": words("storm stormy thunder thunderstorm lightning tempest hurricane gale squall raging turbulent_sea"),
    "cloudy": words("cloudy overcast clouded grey_sky gray_sky gloomy"),
    "clear": words("clear cloudless clear_sky sunny blue_sky crisp"),
}

SEASON_WORDS: dict[str, tuple[str, ...]] = {
    "spring": words("spring springtime cherry_blossom sakura blossoming april may"),
    "summer": words("summer summertime midsummer july august"),
    "autumn": words("autumn autumnal fall_colours fall_colors fall_foliage october november in_fall indian_summer"),
    "winter": words(
        "winter wintry snowman christmas december january february ice snowy snow-covered snow-capped snowbound "
        "snow-clad frost frosty icy frozen frosted"
    ),
}

MOOD_WORDS: dict[str, tuple[str, ...]] = {
    "calm": words("calm peaceful serene quiet tranquil still gentle soft restful soothing zen meditative"),
    "dramatic": words("dramatic epic majestic powerful intense grand sublime awe-inspiring fierce wild moody"),
    "joyful": words("joyful happy cheerful playful bright festive vibrant lively fun whimsical colourful colorful"),
    "dark": words("dark ominous gothic sinister haunting eerie spooky brooding scary horror nightmare creepy haunted"),
    "dreamy": words("dreamy dreamlike magical surreal ethereal fantasy enchanted mystical fairytale fantastical"),
    "sad": words("melancholy melancholic sad lonely nostalgic wistful solitary lone forlorn longing bittersweet"),
    "warm": words("warm cosy cozy romantic tender"),
    "cold": words("cold chilly bleak stark"),
}

COMPOSITION_WORDS: dict[str, tuple[str, ...]] = {
    "wide": words("wide panorama panoramic vast sweeping wide-angle expansive"),
    "close": words("close close-up closeup macro detail detailed_close"),
    "minimal": words("minimal minimalist minimalistic simple sparse empty_space negative_space uncluttered"),
    "symmetric": words("symmetrical symmetric symmetry centred centered mirrored"),
    "low": words("low_angle from_below towering looming"),
    "high": words("aerial bird's-eye birdseye from_above drone overhead"),
}

STYLE_WORDS: dict[str, tuple[str, ...]] = {
    "watercolour": words("watercolour watercolor aquarelle gouache wash"),
    "oil": words("oil oil_painting oil_paint impasto palette_knife"),
    "ink": words("ink ink_drawing ink_wash sumi-e sumie pen_and_ink brush_and_ink india_ink"),
    "line art": words("line_art line_drawing lineart outline_drawing colouring_page coloring_page"),
    "coloured pencil": words("coloured_pencil colored_pencil coloured_pencils colored_pencils"),
    "pencil": words("pencil pencil_drawing pencil_sketch sketch graphite"),
    "charcoal": words("charcoal charcoal_drawing"),
    "pixel art": words("pixel_art pixelart 8-bit 8_bit 16-bit"),
    "anime": words("anime manga anime_style ghibli"),
    "comic book": words("comic comic_book comic_strip cartoon graphic_novel"),
    "blueprint": words("blueprint"),
    "halftone": words("halftone"),
    "van gogh": words("van_gogh vincent_van_gogh starry_night_style post-impressionist post-impressionism"),
    "ukiyo-e": words("ukiyo-e ukiyoe ukiyo woodblock woodblock_print hokusai hiroshige japanese_print"),
    "monet": words("monet impressionist impressionism impressionistic"),
    "picasso": words("picasso cubist"),
    "munch": words("munch expressionist expressionism"),
    "pointillism": words("pointillism pointillist seurat signac"),
    "art nouveau": words("art_nouveau mucha klimt"),
    "pop art": words("pop_art warhol lichtenstein"),
    "pastel drawing": words("pastel_drawing chalk crayon"),
    "mosaic": words("mosaic_style byzantine"),
    "woodcut": words("woodcut linocut lino_print"),
    "engraving": words("engraving etching dürer durer gustave_doré"),
}
"""Styles for the neural pass that follows: the painter only names them."""

PALETTE_WORDS: dict[str, tuple[str, ...]] = {
    "pastel": words("pastel pastels pale soft_colours soft_colors candy"),
    "neon": words("neon synthwave vaporwave cyberpunk fluorescent electric outrun retrowave"),
    "monochrome": words("monochrome monochromatic black_and_white black-and-white greyscale grayscale b&w noir "
                         "colourless"),
    "sepia": words("sepia daguerreotype old_photo antique vintage_photo"),
    "autumn": words("autumn_colours autumn_colors autumnal earth_tones earthy rust"),
    "teal and orange": words("teal_and_orange orange_and_teal"),
    "warm": words("warm_colours warm_colors warm_palette warm_tones warm"),
    "cool": words("cool_colours cool_colors cool_palette cool_tones cold_colours cold_colors cool cold"),
    "vivid": words("vivid vibrant saturated colourful colorful technicolor rainbow_colours bold_colours bold_colors"),
    "muted": words("muted desaturated subdued faded washed-out dusty understated"),
    "vintage": words("vintage retro nostalgic faded_film polaroid"),
    "jewel": words("jewel jewel_tones jewel-tone rich_colours"),
    "dark": words("dark_palette low-key chiaroscuro"),
    "ice": words("icy glacial arctic frosty"),
}  # fmt: skip

COLOURS: dict[str, Rgb] = {
    name: rgb(code)
    for name, code in (
        pair.split(":")
        for pair in [
            "red:#D7263D",
            "crimson:#B3122F",
            "scarlet:#E32C1E",
            "vermilion:#E34A27",
            "ruby:#9B1B3F",
            "burgundy:#6D1A36",
            "maroon:#6B1F2A",
            "coral:#FF7F61",
            "salmon:#F59A86",
            "pink:#F48FB1",
            "magenta:#D6249F",
            "fuchsia:#E0218A",
            "rose:#E8748F",
            "blush:#F2B8B5",
            "orange:#F4802A",
            "amber:#F5A623",
            "apricot:#F9B487",
            "peach:#FBC3A0",
            "rust:#A8481F",
            "copper:#B8683A",
            "terracotta:#C65D3B",
            "yellow:#F8D23C",
            "gold:#E0AC2B",
            "golden:#E8B23A",
            "ochre:#C68A2B",
            "lemon:#F7E658",
            "cream:#F5E9CF",
            "ivory:#F6F0DF",
            "green:#3C9A4E",
            "emerald:#12835A",
            "jade:#3A9D7A",
            "mint:#A8E0C4",
            "olive:#7C7F3A",
            "lime:#A5D42F",
            "sage:#9DB08B",
            "moss:#5F7138",
            "teal:#128C8C",
            "turquoise:#2BB7B3",
            "cyan:#25C5DA",
            "aqua:#5CD3D6",
            "blue:#2A5DC4",
            "azure:#3A8DDE",
            "cobalt:#1F47A8",
            "navy:#16244F",
            "indigo:#3B2D8C",
            "ultramarine:#2438A8",
            "sapphire:#1B4FA0",
            "cerulean:#2A86B8",
            "sky-blue:#7EC3EC",
            "purple:#7A3FA0",
            "violet:#7B4FC9",
            "lavender:#B59BE0",
            "lilac:#C8A8DC",
            "mauve:#B183A8",
            "plum:#6E3566",
            "aubergine:#3F2042",
            "brown:#7A4E2D",
            "chocolate:#4F2F1E",
            "tan:#C9A27A",
            "beige:#DCC9A8",
            "sand:#DABF92",
            "sienna:#9A4F2B",
            "umber:#5E4028",
            "white:#F4F4F2",
            "silver:#BFC4CA",
            "grey:#808488",
            "gray:#808488",
            "charcoal-grey:#3B3F45",
            "black:#15151A",
            "ebony:#1B1715",
            "rosy:#E8748F",
            "reddish:#C4473F",
            "bluish:#4A78B8",
            "greenish:#5C9A66",
            "purplish:#80509A",
            "violet-blue:#5A4FC0",
            "crimson-red:#B3122F",
            "blood-red:#8C1022",
            "blood:#8C1022",
            "bronze:#9A6B34",
            "tangerine:#F58B2E",
        ]
    )
}
"""Named colours; grey, white and black are palette wishes too (towards less colour, light or dark)."""

NUMBERS = {
    "a": 1, "an": 1, "one": 1, "single": 1, "lone": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "dozen": 12, "fifteen": 15,
    "twenty": 20, "thirty": 30, "pair": 2, "couple": 2, "few": 4, "several": 5, "many": 9, "some": 4, "dozens": 18,
    "hundreds": 28, "countless": 28, "swarm": 18, "flock": 14, "fleet": 6, "herd": 6,
}  # fmt: skip

NATURAL_COLOURS: dict[str, frozenset[str]] = {
    "green": frozenset(
        words(
            "hill meadow field forest valley grass tree land jungle wood pasture leaf leaves country landscape "
            "countryside garden aurora"
        )
    ),
    "blue": frozenset(words("sky sea ocean lake water wave hour lagoon")),
    "white": frozenset(words("cloud snow beach sand mountain wave peak summit")),
    "golden": frozenset(words("dune sand field wheat desert light hour sun beach sunset sunrise glow")),
    "gold": frozenset(words("dune sand field wheat desert light sun")),
    "yellow": frozenset(words("sun sand dune wheat")),
    "black": frozenset(words("night hole")),
    "grey": frozenset(words("rock sky cloud")),
    "gray": frozenset(words("rock sky cloud")),
}
"""Colours that a thing has anyway: "green hills" asks for hills, not for a green sky."""

NEGATIONS = ("without", "no", "not", "minus", "except", "lacking", "free of")

OPEN_WORDS = frozenset(
    words(
        "make me something beautiful use your imagination surprise anything you like want whatever please create draw "
        "paint generate a an the picture image of for nice pretty lovely amazing wonderful cool art artwork piece with "
        "and in to my i can could would show give us let have own creative beautiful gorgeous stunning awesome random "
        "just it be go free freely inspire inspiring paint nice new thing some one different again other more photo "
        "illustration painting drawing that this is on at by from drawn painted very really"
    )
)
"""Words that say nothing about the subject: a prompt of only these is an open one."""
