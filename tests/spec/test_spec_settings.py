"""A setting comes from its flag, else its environment name, else pyproject.toml, else its default."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api_spec.settings import SettingsError, add_flags, resolve, setting


def even(text: str) -> int:
    number = int(text)
    if number % 2:
        raise ValueError("expected an even number")
    return number


@dataclass(frozen=True)
class Settings:
    count: int = setting(2, "How many.", parse=even, env="TOY_COUNT")
    speed: str = setting("slow", "How fast.", choices=("slow", "fast"), env="TOY_SPEED")
    quiet: bool = setting(False, "Say nothing.", parse=bool, env="TOY_QUIET")
    ids: tuple[str, ...] = setting((), "Which ones.", many=True, env="TOY_IDS", flag="--id")
    api_key: str = setting("", "The key.", env="TOY_KEY", secret=True)
    token: int = setting(0, "A number nobody may see.", parse=even, env="TOY_TOKEN", secret=True)


def settle(folder: Path, table: str = "", environ: dict[str, str] | None = None, flags: list[str] | None = None) -> Any:
    """The settings in force in a folder with this table, environment and command line."""
    if table:
        (folder / "pyproject.toml").write_text(table, encoding="utf-8")
    parser = argparse.ArgumentParser()
    add_flags(parser, Settings)
    return resolve(Settings, "toy", vars(parser.parse_args(flags or [])), environ or {}, folder)


@pytest.mark.parametrize(
    ("table", "environ", "flags", "count"),
    [
        ("", {}, [], 2),
        ("[tool.dcycle.toy]\ncount = 4", {}, [], 4),
        ("[tool.dcycle.toy]\ncount = 4", {"TOY_COUNT": "6"}, [], 6),
        ("[tool.dcycle.toy]\ncount = 4", {"TOY_COUNT": "6"}, ["--count", "8"], 8),
        ("", {"TOY_COUNT": "6"}, ["--count", "0"], 0),
        ("", {"TOY_COUNT": ""}, [], 2),
        ("[tool.dcycle.other]\ncount = 3", {}, [], 2),
    ],
    ids=["default", "table", "environment over table", "flag over all", "a flag of zero", "empty is unset", "not ours"],
)
def test_flag_beats_environment_beats_table_beats_default(
    tmp_path: Path, table: str, environ: dict[str, str], flags: list[str], count: int
) -> None:
    assert settle(tmp_path, table, environ, flags).count == count


def test_a_table_is_found_from_a_folder_below_it(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.dcycle.toy]\ncount = 4", encoding="utf-8")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert settle(below).count == 4


@pytest.mark.parametrize(
    ("table", "environ", "flags", "ids"),
    [
        ("", {}, ["--id", "a", "--id", "b"], ("a", "b")),
        ("", {"TOY_IDS": "a,b c"}, [], ("a", "b", "c")),
        ("[tool.dcycle.toy]\nids = ['a', 'b']", {}, [], ("a", "b")),
    ],
)
def test_a_setting_with_many_values_takes_them_from_anywhere(
    tmp_path: Path, table: str, environ: dict[str, str], flags: list[str], ids: tuple[str, ...]
) -> None:
    assert settle(tmp_path, table, environ, flags).ids == ids


@pytest.mark.parametrize(
    ("table", "environ", "flags", "quiet"),
    [
        ("", {}, [], False),
        ("", {}, ["--quiet"], True),
        ("", {"TOY_QUIET": "yes"}, [], True),
        ("", {"TOY_QUIET": "0"}, [], False),
        ("[tool.dcycle.toy]\nquiet = true", {"TOY_QUIET": "off"}, [], False),
        ("[tool.dcycle.toy]\nquiet = true", {}, [], True),
    ],
)
def test_a_switch_reads_the_usual_words(
    tmp_path: Path, table: str, environ: dict[str, str], flags: list[str], quiet: bool
) -> None:
    assert settle(tmp_path, table, environ, flags).quiet is quiet


@pytest.mark.parametrize(
    ("table", "environ", "flags", "parts"),
    [
        ("[tool.dcycle.toy]\ncuont = 4", {}, [], ["[tool.dcycle.toy]: unknown key 'cuont'", "Did you mean 'count'?"]),
        ("[tool.dcycle.toy]\nzzz = 4", {}, [], ["unknown key 'zzz'", "Known: count, speed, quiet, ids"]),
        ("[tool.dcycle.toy]\ncount = 3", {}, [], ["[tool.dcycle.toy]: count: '3'", "expected an even number"]),
        ("[tool.dcycle]\ntoy = 3", {}, [], ["toy: expected a table, got int"]),
        ("[tool\n", {}, [], ["pyproject.toml: cannot be read as TOML"]),
        ("", {"TOY_COUNT": "many"}, [], ["TOY_COUNT: 'many' cannot be used", "invalid literal"]),
        ("", {}, ["--count", "3"], ["--count: '3' cannot be used", "expected an even number"]),
        ("", {"TOY_SPEED": "fats"}, [], ["TOY_SPEED: expected one of slow, fast, got 'fats'", "Did you mean 'fast'?"]),
        ("", {"TOY_QUIET": "perhaps"}, [], ["TOY_QUIET: expected true or false, got 'perhaps'"]),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_its_place(
    tmp_path: Path, table: str, environ: dict[str, str], flags: list[str], parts: list[str]
) -> None:
    with pytest.raises(SettingsError) as caught:
        settle(tmp_path, table, environ, flags)
    assert [part for part in parts if part not in str(caught.value)] == []


@pytest.mark.parametrize(
    ("table", "environ", "flags", "place"),
    [
        ("[tool.dcycle.toy]\ntoken = 'hush'", {}, [], "[tool.dcycle.toy]: token"),
        ("", {"TOY_TOKEN": "hush"}, [], "TOY_TOKEN"),
        ("", {}, ["--token", "hush"], "--token"),
    ],
)
def test_a_secret_is_never_repeated(
    tmp_path: Path, table: str, environ: dict[str, str], flags: list[str], place: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        settle(tmp_path, table, environ, flags)
    assert place in str(caught.value)
    assert "hush" not in str(caught.value)


def test_the_help_names_flag_choices_and_environment() -> None:
    parser = argparse.ArgumentParser()
    add_flags(parser, Settings)
    text = " ".join(parser.format_help().split())
    for part in ("--count COUNT How many. [env: TOY_COUNT]", "--speed slow|fast", "--quiet Say nothing.", "--id IDS"):
        assert part in text
