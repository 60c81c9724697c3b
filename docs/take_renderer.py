"""Takes a release of the renderer of the API reference from npm into ``mock_server/docs/renderer``.

Run ``python docs/take_renderer.py 1.72.1``. What was taken is recorded beside it: package, version, licence, and the
hash of its one file. A test compares file and record.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mock_server.docs import RENDERER

PACKAGE = "@scalar/api-reference"
FILE = "dist/browser/standalone.js"
"""The whole renderer as a script that runs from ``file://`` too, where browsers load no modules."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Take a version, and write it and its record."""
    parser = argparse.ArgumentParser(description=f"Takes a release of {PACKAGE} from npm.")
    parser.add_argument("version")
    version = parser.parse_args(arguments).version
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(  # noqa: S603 - a version of one package
            ["npm", "pack", "--json", "--ignore-scripts", f"{PACKAGE}@{version}"],  # noqa: S607 - npm of the PATH
            cwd=folder, capture_output=True, text=True, check=True,
        )  # fmt: skip
        told = json.loads(packed.stdout)[0]
        with tarfile.open(Path(folder, told["filename"])) as archive:
            script = _read(archive, f"package/{FILE}")
            package = json.loads(_read(archive, "package/package.json"))
    (RENDERER / "scalar.js.gz").write_bytes(gzip.compress(script, 9, mtime=0))
    record = {
        "package": PACKAGE,
        "version": package["version"],
        "licence": package["license"],
        "homepage": package["homepage"],
        "integrity": told["integrity"],
        "file": FILE,
        "bytes": len(script),
        "sha256": hashlib.sha256(script).hexdigest(),
    }
    (RENDERER / "renderer.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    return 0


def _read(archive: tarfile.TarFile, name: str) -> bytes:
    member = archive.extractfile(name)
    assert member is not None, name  # noqa: S101 - a file of the package, not a folder
    return member.read()


if __name__ == "__main__":
    sys.exit(main())
