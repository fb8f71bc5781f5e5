"""What the parts of a name are called in the trade."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Such a word right before a number says what the number is.
MARKS = {
    "act": "act",
    "cam": "camera",
    "camera": "camera",
    "cut": "shot",
    "day": "day",
    "e": "episode",
    "ep": "episode",
    "epi": "episode",
    "episode": "episode",
    "eps": "episode",
    "part": "part",
    "plan": "shot",
    "pt": "part",
    "reel": "reel",
    "rev": "version",
    "rl": "reel",
    "sc": "scene",
    "scene": "scene",
    "scn": "scene",
    "season": "season",
    "seq": "sequence",
    "sequence": "sequence",
    "sh": "shot",
    "shot": "shot",
    "sht": "shot",
    "sq": "sequence",
    "t": "take",
    "take": "take",
    "tk": "take",
    "v": "version",
    "ver": "version",
    "version": "version",
}

# These say the one, or the other where something else in the name says the one already.
TWOFOLD = {
    "c": ("shot", "camera"),
    "p": ("shot", "part"),
    "pl": ("shot", "plate"),
    "r": ("version", "reel"),
    "s": ("scene", "season"),
    "w": ("version", "work"),
}

WORDS = {
    "task": _words(
        "anim animatic animation block blocking board cfx cleanup clean cloth cmp color colour"
        " comp compo compositing conform crd crowd dmp edit env fx grade grading groom hair"
        " keying lay layout lgt light lighting lookdev mattepaint mattepainting"
        " matchmove mix mm model modeling mp paint plate plates postvis precomp prep previs"
        " previz render retime rig roto rotopaint rough sim slap slapcomp sound spline"
        " storyboard tex texture track tracking trk turntable vfx"
    ),
    "status": _words("approved delivery final master pending review temp test wip"),
    "colorspace": _words(
        "aces acescg acescct hdr lin linear log logc logc3 logc4 p3 rec709 rec2020 sdr srgb"
    ),
    "codec": _words("dnxhd dnxhr h264 h265 hevc prores prores422 prores4444 prores422hq"),
    "language": _words("de deu en eng es esp fr fra fre ger ita vf vo vost vostfr"),
    "resolution": _words("1080p 2160p 2k 4k 6k 720p 8k hd proxy uhd"),
}

# Of these every frame is a file of its own.
STILLS = _words("bmp cin dpx exr jpeg jpg png sgi tga tif tiff")

# From the outermost folder to the innermost.
PLACES = ("season", "episode", "act", "sequence", "scene", "shot", "title", "length", "format")

# What cameras call their clips: the stem, its template, and its folders.
CLIPS = (
    (
        r"[A-Z]\d{3}C\d{3}_\d{6}_[A-Z0-9]{4}",
        "{camera:1A}{reel:3d}C{clip:3d}_{date:6d}_{id:4W}",
        "Dailies/{date}/{camera}{reel}",
    ),
    (
        r"[A-Z]\d{3}C\d{3}_\d{8}_[A-Z0-9]{4}",
        "{camera:1A}{reel:3d}C{clip:3d}_{date:8d}_{id:4W}",
        "Dailies/{date}/{camera}{reel}",
    ),
    (
        r"[A-Z]_\d{4}C\d{3}_\d{6}_\d{6}_[A-Za-z0-9]{5}",
        "{camera:1A}_{reel:4d}C{clip:3d}_{date:6d}_{time:6d}_{id:5w}",
        "Dailies/{date}/{camera}_{reel}",
    ),
    (
        r"[A-Z]\d{3}_C\d{3}_\d{4}[A-Z0-9]{2}_\d{3}",
        "{camera:1A}{reel:3d}_C{clip:3d}_{id:6W}_{part:3d}",
        "Dailies/{camera}{reel}",
    ),
    (
        r"[A-Z]\d{3}_C\d{3}_\d{4}[A-Z0-9]{2}",
        "{camera:1A}{reel:3d}_C{clip:3d}_{id:6W}",
        "Dailies/{camera}{reel}",
    ),
)
