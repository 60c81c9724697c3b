"""What the tests of recipes share."""

from __future__ import annotations

from pathlib import Path

import pytest
from sample_project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.in_folder(tmp_path)
