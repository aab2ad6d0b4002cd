"""Words for places of the body and for what pain feels like. The keys are the API's own names."""

from __future__ import annotations

from web.texts.kind import Text

MIDDLE = {
    "head": Text("hoofd", "head"),
    "face": Text("gezicht", "face"),
    "jaw": Text("kaak", "jaw"),
    "neck": Text("nek", "neck"),
    "chest": Text("borst", "chest"),
    "belly": Text("buik", "belly"),
    "pelvis": Text("bekken", "pelvis"),
    "upper_back": Text("bovenrug", "upper back"),
    "lower_back": Text("onderrug", "lower back"),
}
_SIDED = {
    "shoulder": Text("schouder", "shoulder"),
    "upper_arm": Text("bovenarm", "upper arm"),
    "elbow": Text("elleboog", "elbow"),
    "forearm": Text("onderarm", "forearm"),
    "hand": Text("hand", "hand"),
    "hip": Text("heup", "hip"),
    "buttock": Text("bil", "buttock"),
    "thigh": Text("bovenbeen", "thigh"),
    "knee": Text("knie", "knee"),
    "lower_leg": Text("onderbeen", "lower leg"),
    "foot": Text("voet", "foot"),
}
LEFT = {f"left_{name}": Text(f"linker{words.nl}", f"left {words.en}") for name, words in _SIDED.items()}
RIGHT = {f"right_{name}": Text(f"rechter{words.nl}", f"right {words.en}") for name, words in _SIDED.items()}
AREAS = MIDDLE | LEFT | RIGHT
QUALITIES = {
    "aching": Text("zeurend", "aching"),
    "burning": Text("brandend", "burning"),
    "cramping": Text("krampend", "cramping"),
    "electric": Text("als stroom", "electric"),
    "itching": Text("jeukend", "itching"),
    "numb": Text("doof", "numb"),
    "pressing": Text("drukkend", "pressing"),
    "sharp": Text("scherp", "sharp"),
    "shooting": Text("schietend", "shooting"),
    "stabbing": Text("stekend", "stabbing"),
    "stiff": Text("stijf", "stiff"),
    "tender": Text("gevoelig", "tender"),
    "throbbing": Text("kloppend", "throbbing"),
    "tingling": Text("tintelend", "tingling"),
}

TEXTS = {
    "areas.middle": Text("Hoofd, nek en romp", "Head, neck and trunk"),
    "areas.left": Text("Links", "Left"),
    "areas.right": Text("Rechts", "Right"),
    **{f"area.{name}": words for name, words in AREAS.items()},
    **{f"quality.{name}": words for name, words in QUALITIES.items()},
}
