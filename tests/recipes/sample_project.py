"""A folder with a reader's project in it: what the documents show, and the npm packages that they name."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from npm_tools import NpmTools

TOOLS = NpmTools(Path(__file__).parent)


@dataclass(frozen=True)
class Project:
    """A reader's project."""

    folder: Path

    @classmethod
    def in_folder(cls, folder: Path) -> Project:
        """A project without files; its npm packages are those of this folder of tests."""
        TOOLS.command()
        (folder / "node_modules").symlink_to(TOOLS.path_of("."), target_is_directory=True)
        (folder / "package.json").write_text('{"type": "module"}')
        return cls(folder)

    def add(self, name: str, text: str) -> None:
        """Add a text to a file, or a file."""
        with (self.folder / name).open("a", encoding="utf-8") as file:
            file.write(text)

    def run(self, command: str, fails: bool = False, **environ: str | Path) -> str:
        """Run a documented command: what it printed. Fails the test with that unless it ends as expected."""
        tool, *arguments = shlex.split(command)
        variables = TOOLS.environ(**environ)
        path = shutil.which(tool, path=variables["PATH"])
        assert path, f"{tool} is not installed"
        done = subprocess.run(
            [path, *arguments], cwd=self.folder, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, encoding="utf-8", check=False, timeout=120,
        )  # fmt: skip
        assert (done.returncode != 0) == fails, f"{command}\n{done.stdout}"
        return done.stdout
