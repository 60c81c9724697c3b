"""Settings of a tool: flag, then environment, then ``pyproject.toml``, then default.

A tool declares its settings once, as fields of a frozen dataclass made with `setting()`. Flags, environment names and
the keys of ``[tool.dcycle.<section>]`` follow from that declaration.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

S = TypeVar("S")


class SettingsError(Exception):
    """A setting has no usable value. Its text says which, where, what was expected and what was given."""


def setting(
    default: Any,
    help: str,
    *,
    parse: Callable[[str], Any] = str,
    env: str | None = None,
    flag: str | None = None,
    metavar: str | None = None,
    choices: tuple[str, ...] | None = None,
    secret: bool = False,
    many: bool = False,
    group: str | None = None,
) -> Any:
    """Declare a setting as a dataclass field.

    `parse` turns its text into its value and raises ValueError with what it expected. A `secret` is never repeated in
    an error. With `many`, the flag may be repeated, it and the environment hold values separated by commas or spaces,
    and the value is a tuple. A `group` is the heading in the help that the flag stands under.
    """
    metadata = {
        "help": help, "parse": parse, "env": env, "flag": flag, "metavar": metavar, "choices": choices,
        "secret": secret, "many": many, "group": group,
    }  # fmt: skip
    return dataclasses.field(default=default, metadata=metadata)


def flag_of(field: dataclasses.Field[Any]) -> str:
    """The command-line flag of a setting."""
    return field.metadata["flag"] or "--" + field.name.replace("_", "-")


def add_flags(
    parser: argparse.ArgumentParser, settings: type[Any], only: Container[str] | None = None, absent: str | None = None
) -> None:
    """Give a parser one flag for each setting of a class, or for some of them by name.

    A flag that is not given is `absent`; for a subcommand that is ``argparse.SUPPRESS``, which leaves in place what was
    given before the name of the command.
    """
    groups: dict[str | None, Any] = {None: parser}
    for field in dataclasses.fields(settings):
        if only is not None and field.name not in only:
            continue
        about = field.metadata
        text = about["help"] + (f" [env: {about['env']}]" if about["env"] else "")
        if about["group"] not in groups:
            groups[about["group"]] = parser.add_argument_group(about["group"])
        group = groups[about["group"]]
        if about["parse"] is bool:
            group.add_argument(flag_of(field), dest=field.name, action="store_true", default=absent, help=text)
        else:
            action = "append" if about["many"] else "store"
            metavar = about["metavar"] or ("|".join(about["choices"]) if about["choices"] else field.name.upper())
            group.add_argument(
                flag_of(field), dest=field.name, action=action, default=absent, metavar=metavar, help=text
            )


def refuse_unknown_flags(arguments: Sequence[str], known: Iterable[str]) -> None:
    """Find a misspelt flag before a parser takes what follows it for something else. Raises SettingsError."""
    names = list(known)
    for argument in arguments:
        name = argument.partition("=")[0]
        if argument == "--":
            return
        if name.startswith("--") and name not in names:
            near = get_close_matches(name, names, n=1)
            hint = f" Did you mean {near[0]}?" if near else " --help lists the known ones."
            raise SettingsError(f"unknown flag {name}.{hint}")


def resolve(
    settings: type[S], section: str, flags: Mapping[str, Any], environ: Mapping[str, str], directory: Path
) -> S:
    """The settings in force. Raises SettingsError for a value or a ``pyproject.toml`` key that is not understood."""
    table, source = _table(section, directory)
    fields = {field.name: field for field in dataclasses.fields(settings)}  # type: ignore[arg-type]
    for key in table:
        if key not in fields:
            near = get_close_matches(key, fields, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else f" Known: {', '.join(fields)}."
            raise SettingsError(f"{source}: unknown key {key!r}.{hint}")
    values: dict[str, Any] = {}
    for name, field in fields.items():
        env = field.metadata["env"]
        if flags.get(name) is not None:
            values[name] = _read(field, flags[name], flag_of(field))
        elif env and environ.get(env):
            values[name] = _read(field, environ[env], env)
        elif name in table:
            values[name] = _read(field, table[name], f"{source}: {name}")
    return settings(**values)


def _table(section: str, directory: Path) -> tuple[dict[str, Any], str]:
    for folder in (directory, *directory.parents):
        path = folder / "pyproject.toml"
        if path.is_file():
            import tomllib

            try:
                table: Any = tomllib.loads(path.read_text(encoding="utf-8"))
            except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise SettingsError(f"{path}: cannot be read as TOML: {error}") from None
            for name in ("tool", "dcycle", section):
                table = table.get(name, {})
                if not isinstance(table, dict):
                    raise SettingsError(f"{path}: {name}: expected a table, got {type(table).__name__}.")
            return table, f"{path} [tool.dcycle.{section}]"
    return {}, ""


def _read(field: dataclasses.Field[Any], value: Any, where: str) -> Any:
    about = field.metadata
    if about["parse"] is bool:
        if isinstance(value, bool):
            return value
        if str(value).lower() in ("1", "true", "yes", "on", "0", "false", "no", "off"):
            return str(value).lower() in ("1", "true", "yes", "on")
        raise SettingsError(f"{where}: expected true or false, got {value!r}.")
    if about["many"]:
        given = value if isinstance(value, list) else [value]
        texts = " ".join(str(one) for one in given).replace(",", " ").split()
        return tuple(_parse(about, text, where) for text in texts)
    return _parse(about, str(value), where)


def _parse(about: Mapping[str, Any], text: str, where: str) -> Any:
    got = "its value" if about["secret"] else repr(text)
    if about["choices"] and text not in about["choices"]:
        near = get_close_matches(text, about["choices"], n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise SettingsError(f"{where}: expected one of {', '.join(about['choices'])}, got {got}.{hint}")
    try:
        return about["parse"](text)
    except ValueError as error:
        reason = "" if about["secret"] and text in str(error) else f" {error}."
        raise SettingsError(f"{where}: {got} cannot be used.{reason}") from None
