"""Front-end files, fonts and message catalogues."""

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command

from core.finders import VENDOR, VendorFinder
from ops import compile_messages, fonts
from ops.places import FONTS


@pytest.mark.parametrize(("prefix", "pattern"), [(prefix, pattern) for prefix, (_folder, globs) in VENDOR.items() for pattern in globs])
def test_every_listed_pattern_finds_files(prefix: str, pattern: str) -> None:
    storage = VendorFinder().storages[prefix]
    assert list(Path(storage.location).glob(pattern))


def test_a_listed_file_is_found_by_its_name() -> None:
    assert finders.find("vendor/tabler/css/tabler.min.css")


@pytest.mark.parametrize("name", ["vendor/tabler/css/tabler.css", "vendor/tabler/../package.json", "vendor/tabler/css/../../package.json"])
def test_an_unlisted_file_is_not_served(name: str) -> None:
    assert VendorFinder().find(name) == []


def test_every_file_that_a_style_sheet_names_is_collected(tmp_path: Path, settings) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "staticfiles.json").exists()


def test_the_cut_fonts_are_static_and_have_the_rare_characters_of_names() -> None:
    import uharfbuzz

    for name in fonts.WEIGHTS:
        face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(FONTS / f"NotoSansSC-{name}.ttf")))
        assert not face.has_var_data
        assert {ord(letter) for letter in "䶮㛃犇管家A1，"} <= set(face.unicodes)


def test_fontconfig_is_told_where_the_fonts_are_and_nothing_of_the_machine() -> None:
    text = fonts.configuration(Path("/somewhere/a & b"))
    assert "<dir>/somewhere/a &amp; b</dir>" in text
    assert "conf.d" not in text
    assert f"<family>{fonts.FAMILY}</family>" in text


def test_catalogues_are_compiled_without_gettext(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import gettext

    folder = tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
    (folder / "django.po").write_text(f'{header}\nmsgid "Key"\nmsgstr "钥匙"\n\n#, fuzzy\nmsgid "Card"\nmsgstr "钥匙"\n', encoding="utf-8")
    monkeypatch.setattr(compile_messages, "ROOT", tmp_path)
    compile_messages.main()
    with (folder / "django.mo").open("rb") as compiled:
        texts = gettext.GNUTranslations(compiled)
    assert (texts.gettext("Key"), texts.gettext("Card")) == ("钥匙", "Card")


def test_compiling_without_any_catalogue_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compile_messages, "ROOT", tmp_path)
    compile_messages.main()
