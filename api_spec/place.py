"""Where the shipped files are: inside the installed package, or at the top of the checkout."""

from pathlib import Path


def find_shipped(name: str) -> Path:
    """The path of ``openapi.yaml`` or ``fixtures``, wherever this code runs from."""
    here = Path(__file__).resolve().parent
    packaged = here / name
    return packaged if packaged.exists() else here.parent / name
