"""The fixtures of the packaging tests."""

from packaging_environment import distributions, installation

__all__ = ["distributions", "installation"]
