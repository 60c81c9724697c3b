"""Runs the commands that the documentation shows, and compares what they print with what it shows.

Run ``python docs/run_examples.py docs/guides/*.md``. With ``--write`` the outputs in the files are made anew.

A block that is marked ``console`` has commands after ``$``, each followed by what it prints. One that is marked ``sh``
has commands that have to succeed; those of our own tools and curl are run. A name in backquotes and a colon above a
block make it a file. Commands run in an empty folder, beside a mock, whose address stands for
``http://127.0.0.1:8000`` and ``https://api.dcycle.io``.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Template

BLOCK = re.compile(r"^```(console|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"`(?P<name>[\w-]+\.\w+)`:\n\n```\w+\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)

MOCK, PRODUCTION = "http://127.0.0.1:8000", "https://api.dcycle.io"

TARGETS = {"make check": "dcycle-contract check", "make mock": "dcycle-mock"}
"""What a target of the Makefile runs."""

VOLATILE = (
    (re.compile(r"\d+ requests in [\d.]+ s"), "N requests in N s"),
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:8000"),
    (re.compile(r"openapi\.yaml:\d+"), "openapi.yaml:N"),
    (re.compile(r"^(date|etag|content-length): .*$", re.MULTILINE), r"\1: ..."),
)
"""What differs from run to run, and what stands for it when outputs are compared."""

READY = re.compile(r"/openapi\.yaml$|^\{.*\}$")
"""The last line that a mock prints when it is ready."""


@dataclass(frozen=True)
class Example:
    """A command, and what the documentation says that it prints."""

    command: str
    shown: str | None
    """None where it has to succeed, whatever it prints."""


@dataclass
class Workplace:
    """A folder, and a mock beside it: its own, until a command starts another one."""

    folder: Path
    url: str
    known: dict[str, str]
    """The credentials for the mock, in the environment of what is told a deployment."""
    served: subprocess.Popen[str] | None = None

    def run(self, command: str) -> tuple[str, bool]:
        """What a command prints, with the addresses that the documentation has, and whether it succeeds."""
        here = command.replace(MOCK, self.url).replace(PRODUCTION, self.url)
        here = Template(TARGETS.get(here, here)).safe_substitute(self.known)
        program, *arguments = shlex.split(here, comments=True)
        succeeds = True
        if program == "curl":
            printed = curl(arguments, self.folder)
        elif program == "dcycle-mock" and not {"scenarios", "schema", "export"} & set(arguments):
            printed = self._serve([program, *arguments])
        else:
            done = self._start([program, *arguments])
            printed, _ = done.communicate(timeout=120)
            succeeds = done.returncode == 0
        shown = PRODUCTION if PRODUCTION in command else MOCK
        return re.sub(r"http://127\.0\.0\.1:\d+", shown, printed), succeeds

    def _serve(self, command: Sequence[str]) -> str:
        """What a mock prints until it is ready. It answers what follows, until it is replaced."""
        self.stop()
        self.served = self._start([*command, "--port", "0"])
        assert self.served.stdout is not None  # noqa: S101 - for mypy
        lines = []
        for line in self.served.stdout:
            lines.append(line)
            if READY.search(line.rstrip()):
                self.url = re.findall(r"http://127\.0\.0\.1:\d+", "".join(lines))[0]
                break
        return "".join(lines)

    def stop(self) -> None:
        """End the mock that a command started."""
        if self.served:
            self.served.terminate()
            self.served.communicate(timeout=10)
            self.served = None

    def _start(self, command: Sequence[str]) -> subprocess.Popen[str]:
        program = str(Path(sys.executable).parent / command[0])
        return subprocess.Popen(  # noqa: S603 - a command of our own documentation
            [program, *command[1:]], cwd=self.folder, text=True, encoding="utf-8", stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, env={**_environ(), **(self.known if "--base-url" in command else {})},
        )  # fmt: skip


def curl(arguments: Sequence[str], folder: Path) -> str:
    """What curl would print; it need not be installed."""
    parser = argparse.ArgumentParser(prog="curl")
    parser.add_argument("url")
    parser.add_argument("-H", action="append", default=[])
    parser.add_argument("-X", default=None)
    parser.add_argument("-d", default=None)
    parser.add_argument("-o", default=None)
    parser.add_argument("-I", action="store_true", help="ask for the headers alone")
    options = parser.parse_args(arguments)
    headers = dict(line.split(": ", 1) for line in options.H)
    body = options.d.encode() if options.d else None
    request = urllib.request.Request(options.url, body, headers, method="HEAD" if options.I else options.X)  # noqa: S310 - our own mock
    try:
        answer = urllib.request.urlopen(request, timeout=60)  # noqa: S310
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        text = answer.read().decode()
        head = [f"HTTP/1.1 {answer.status}", *(f"{k}: {v}" for k, v in answer.headers.items()), ""]
    if options.o:
        (folder / options.o).write_text(text, encoding="utf-8")
        return ""
    return "\n".join(head if options.I else [text, ""])


def examples(text: str) -> Iterator[Example]:
    """The commands of a text, in order."""
    for kind, block in BLOCK.findall(text):
        if kind == "sh":
            for command in _commands(block):
                if command.startswith(("dcycle-", "curl ")):
                    yield Example(command, None)
        else:
            for command, shown in re.findall(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
                yield Example(command.replace("\\\n", " "), shown)


def _commands(block: str) -> Iterator[str]:
    """The commands of a block, each from its first line to where it and its quotes end."""
    command = ""
    for line in block.splitlines():
        command += line
        if command.endswith("\\"):
            command = command.removesuffix("\\")
        elif _is_whole(command):
            yield command
            command = ""
        else:
            command += "\n"


def _is_whole(command: str) -> bool:
    try:
        shlex.split(command, comments=True)
    except ValueError:
        return False
    return True


@contextmanager
def workplace(text: str) -> Iterator[Workplace]:
    """A folder with the files of a text, beside a mock."""
    with tempfile.TemporaryDirectory() as folder:
        for found in FILE.finditer(text):
            Path(folder, found["name"]).write_text(found["text"], encoding="utf-8")
        command = [sys.executable, "-m", "mock_server", "--port", "0", "--json", "--quiet"]
        with subprocess.Popen(command, cwd=folder, env=_environ(), stdout=subprocess.PIPE, text=True) as mock:  # noqa: S603
            assert mock.stdout is not None  # noqa: S101 - for mypy
            ready = json.loads(mock.stdout.readline())
            first = ready["organizations"][0]
            known = {
                "DCYCLE_ORGANIZATION_ID": first["organization_id"],
                "DCYCLE_API_KEY": first["api_key"],
                "DCYCLE_INVOICE_IDS": " ".join(first["invoice_ids"][:1]),
            }
            place = Workplace(Path(folder), ready["url"], known)
            try:
                yield place
            finally:
                place.stop()
                mock.terminate()


def _environ() -> dict[str, str]:
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("DCYCLE_", "GITHUB_"))}
    root = str(Path(__file__).resolve().parents[1])
    return {**mine, "PYTHONPATH": root, "PYTHONUTF8": "1", "NO_COLOR": "1"}


def alike(shown: str, printed: str) -> bool:
    """Whether an output is the one shown. A line of three dots stands for any lines."""
    pattern = "".join(
        r"(?:.*\n)*?" if line == "..." else re.escape(line) + r"\n" for line in _settled(shown).splitlines()
    )
    return re.fullmatch(pattern, _settled(printed)) is not None


def _settled(text: str) -> str:
    for pattern, instead in VOLATILE:
        text = pattern.sub(instead, text)
    return text.strip("\n") + "\n" if text.strip() else ""


def rerun(text: str) -> tuple[str, list[str]]:
    """A text with its outputs made anew, and the commands whose output was another one."""
    found = list(examples(text))
    wrong: list[str] = []
    if not found:
        return text, wrong
    with workplace(text) as place:
        for example in found:
            printed, succeeds = place.run(example.command)
            if succeeds if example.shown is None else alike(example.shown, printed):
                continue
            wrong.append(f"$ {example.command}\n{printed}")
            text = text.replace(f"$ {example.command}\n{example.shown}", f"$ {example.command}\n{printed}", 1)
    return text, wrong


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the examples of files; the exit code is 1 when an output was another one."""
    parser = argparse.ArgumentParser(description="Runs the commands that the documentation shows.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--write", action="store_true", help="write the outputs into the files")
    options = parser.parse_args(arguments)
    failed = False
    for file in options.files:
        text, wrong = rerun(file.read_text(encoding="utf-8"))
        failed = failed or bool(wrong)
        if options.write:
            file.write_text(text, encoding="utf-8", newline="\n")
        for one in wrong:
            print(f"{file}: prints another thing:\n{one}", file=sys.stderr)
    return 1 if failed and not options.write else 0


if __name__ == "__main__":
    sys.exit(main())
