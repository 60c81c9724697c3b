"""The console's files."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from mock_server.console import FOLDER, MEDIA_TYPES

FILES = sorted(path.name for path in FOLDER.iterdir() if path.suffix in MEDIA_TYPES)


def test_the_page_is_served_with_a_policy_that_keeps_it_to_its_own_files(app: Flask) -> None:
    page = app.test_client().get("/_mock/")
    assert (page.status_code, page.content_type) == (200, "text/html; charset=utf-8")
    policy = page.headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'self'", "require-trusted-types-for 'script'", "frame-ancestors 'none'"} <= set(policy)
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "<style" not in page.text
    assert re.findall(r"<script[^>]*>[^<]", page.text) == []


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_served_and_whatever_it_refers_to_exists(app: Flask, name: str) -> None:
    file = app.test_client().get(f"/_mock/console/{name}")
    assert file.status_code == 200
    assert file.content_type == MEDIA_TYPES[f".{name.rpartition('.')[2]}"]
    referred = re.findall(r'(?:from "\./|import\("\./|(?:src|href)="console/)([\w.]+)"', file.text)
    assert [other for other in referred if other not in FILES and other != "shapes"] == []


@pytest.mark.parametrize("name", ["__init__.py", "shapes.d.ts", "no.js", "..%2Fapp.py", "../app.py"])
def test_nothing_else_is_served(app: Flask, name: str) -> None:
    assert app.test_client().get(f"/_mock/console/{name}").status_code == 404
