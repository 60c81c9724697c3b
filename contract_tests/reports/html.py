"""The verdict as one self-contained page of HTML."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def as_html(told: Mapping[str, Any]) -> str:
    """A page to forward: every broken rule with its sentence, source, exchange, the leaf that differs, the curl."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(Path(__file__).parent)
    jinja = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    jinja.filters["pretty"] = _pretty
    operations = list(dict.fromkeys(rule["operation"] for rule in told["rules"]))
    return jinja.get_template("report.html.jinja").render(told=told, operations=operations)


def _pretty(body: str) -> str:
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except ValueError:
        return body
