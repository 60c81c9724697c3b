"""Reads the files that a user writes, in YAML or JSON, and says every mistake in them."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from contract_tests.conformance import Conformance, Violation

SCHEMAS = Path(__file__).parent / "schemas"


class FileError(Exception):
    """A file cannot be used. Its text has a line for each mistake: file, place, expected, got."""


def schema_text(name: str) -> str:
    """The published JSON Schema of a kind of file."""
    return (SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8")


def read_file(path: Path, schema: str) -> Any:
    """The content of a file that its schema accepts. Raises FileError with every mistake in it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise FileError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise FileError(f"{path}: is not UTF-8 text: {error.reason}") from None
    raw = _parse(path, text)
    mistakes = [
        f"{path}: {'.'.join(map(str, one.path)) or 'the file'}: expected {one.expected}, got {_told(one)}"
        for one in Conformance(json.loads(schema_text(schema))).violations(raw)
    ]
    if mistakes:
        raise FileError("\n".join(mistakes[:20]))
    return raw


def _parse(path: Path, text: str) -> Any:
    import yaml

    try:
        if path.suffix == ".json":
            return json.loads(text)
        with suppress(json.JSONDecodeError):
            # JSON is YAML too, and much faster read as what it is.
            return json.loads(text)
        return yaml.load(text, Loader=_plain_loader())  # noqa: S506 - a safe loader that leaves dates text
    except json.JSONDecodeError as error:
        raise FileError(f"{path}:{error.lineno}: is not JSON: {error.msg}") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise FileError(f"{path}:{line}: is not YAML: {error.problem}") from None
    except yaml.reader.ReaderError as error:
        raise FileError(f"{path}: is not YAML: character {error.position} is {error.reason}") from None
    except ValueError as error:
        raise FileError(f"{path}: is not YAML: {error}") from None
    except RecursionError:
        raise FileError(f"{path}: is nested too deeply to read") from None


def _told(mistake: Violation) -> str:
    """What was got. Of a list and a mapping only that it is one, as a secret may be in it."""
    return {"[": "a list", "{": "a mapping"}.get(mistake.got[0], mistake.got)


def _plain_loader() -> Any:
    import yaml

    class PlainLoader(yaml.SafeLoader):
        """Reads YAML to what JSON can hold: a date stays the text it is."""

    PlainLoader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return PlainLoader
