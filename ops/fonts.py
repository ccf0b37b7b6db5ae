"""Cuts the two static Chinese fonts that printed forms use out of one variable font, and tells fontconfig about them.

A variable font would be cut anew for every document (1.2 s each), and the web fonts' slices give wrong characters in a PDF.
"""

import shutil
from importlib.util import find_spec
from pathlib import Path
from xml.sax.saxutils import escape

from ops.places import FONTS
from ops.say import Failed

FAMILY = "Noto Sans SC"
WEIGHTS = {"Regular": 400, "Bold": 700}
CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{folder}</dir>
  <cachedir>{folder}/cache</cachedir>
{aliases}
</fontconfig>
"""
ALIAS = '  <alias binding="same"><family>{name}</family><prefer><family>{family}</family></prefer></alias>'


def source() -> Path:
    spec = find_spec("justmytype_intl_cjk")
    if spec is None or not spec.submodule_search_locations:
        raise Failed("The package justmytype-intl-cjk with the Chinese font is not installed. Run: make setup")
    return Path(spec.submodule_search_locations[0]) / "fonts" / "ofl" / "notosanssc" / "NotoSansSC[wght].ttf"


def cut(variable: Path, target: Path, weight: int) -> None:
    """One complete static font of this weight: every character, every table."""
    import uharfbuzz

    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(variable)))
    wanted = uharfbuzz.SubsetInput()
    wanted.keep_everything()
    wanted.pin_axis_location(face, "wght", float(weight))
    target.write_bytes(uharfbuzz.subset(face, wanted).blob.data)


def configuration(folder: Path) -> str:
    aliases = "\n".join(ALIAS.format(name=name, family=FAMILY) for name in ("sans-serif", "serif", "monospace", "system-ui"))
    return CONFIGURATION.format(folder=escape(str(folder)), aliases=aliases)


def main(folder: Path = FONTS) -> None:
    """Writes `folder/*.ttf` and `folder/fonts.conf`; FONTCONFIG_FILE must name the latter before WeasyPrint is imported."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "cache").mkdir(parents=True)
    for name, weight in WEIGHTS.items():
        cut(source(), folder / f"NotoSansSC-{name}.ttf", weight)
    shutil.copy2(source().with_name("OFL.txt"), folder)
    (folder / "fonts.conf").write_text(configuration(folder), encoding="utf-8")


if __name__ == "__main__":
    main()
