"""Compiles locale/*/LC_MESSAGES/*.po without GNU gettext."""

from ops.places import ROOT


def main() -> None:
    import polib

    for source in sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        # Renamed into place: a running server never reads half a catalogue.
        part = target.with_suffix(".part")
        polib.pofile(str(source)).save_as_mofile(str(part))
        part.rename(target)


if __name__ == "__main__":
    main()
