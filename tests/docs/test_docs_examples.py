"""Every command that the documentation shows prints what it shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from run_examples import Example, alike, examples, rerun
from statements import DOCS

FILES = [DOCS.parent / "README.md", *sorted(DOCS.glob("*.md")), *sorted(DOCS.glob("guides/*.md"))]
SHOWING = [path for path in FILES if list(examples(path.read_text(encoding="utf-8")))]


def test_commands_are_found_in_the_prose() -> None:
    assert len(SHOWING) >= 6
    assert {"README.md", "mock.md", "frontend.md", "ci.md", "checking.md", "authoring.md"} <= {
        path.name for path in SHOWING
    }


@pytest.mark.parametrize("path", SHOWING, ids=lambda path: path.name)
def test_every_command_prints_what_is_shown(path: Path) -> None:
    _, wrong = rerun(path.read_text(encoding="utf-8"))
    assert wrong == [], f"make the outputs anew: python docs/run_examples.py --write {path.relative_to(DOCS.parent)}"


TEXT = """
```console
$ curl http://127.0.0.1:8000/_mock/health
{"status":"bad"}
```

```sh
curl "http://127.0.0.1:8000/_mock/health"
dcycle-mock schema nothing
npm ci
```
"""


def test_another_output_and_a_failure_are_found_and_the_output_made_anew() -> None:
    assert list(examples(TEXT)) == [
        Example("curl http://127.0.0.1:8000/_mock/health", '{"status":"bad"}\n'),
        Example('curl "http://127.0.0.1:8000/_mock/health"', None),
        Example("dcycle-mock schema nothing", None),
    ]
    text, wrong = rerun(TEXT)
    assert [one.splitlines()[0] for one in wrong] == [
        "$ curl http://127.0.0.1:8000/_mock/health", "$ dcycle-mock schema nothing",
    ]  # fmt: skip
    assert '{"status":"ok","version":"' in text


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("3 kept; 31 requests in 4.5 s.\n", "3 kept; 30 requests in 9.1 s.\n", True),
        ("4 kept; 31 requests in 4.5 s.\n", "3 kept; 31 requests in 4.5 s.\n", False),
        ("first\n...\n", "first\nsecond\nthird\n", True),
        ("first\n...\n", "second\n", False),
        ("clause   openapi.yaml:193\n", "clause   openapi.yaml:200\n", True),
        ("", "something\n", False),
    ],
)
def test_outputs_are_compared_without_what_differs_from_run_to_run(shown: str, printed: str, same: bool) -> None:
    assert alike(shown, printed) is same
