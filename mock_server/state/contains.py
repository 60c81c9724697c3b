"""Whether a text is part of another one, character by character, in SQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class contains(FunctionElement[bool]):  # noqa: N801 - it is called like a function
    """``contains(text, part)``. Unlike LIKE it has no wildcards, no limit and no case of its own."""

    type = Boolean()
    inherit_cache = True


def fold(text: str) -> str:
    """A text as it is compared when case does not matter, in every script."""
    return text.casefold()


@compiles(contains, "sqlite")
def _in_sqlite(element: contains, compiler: Any, **kwargs: Any) -> str:
    return f"instr({_arguments(element, compiler, **kwargs)}) > 0"


@compiles(contains, "postgresql")
def _in_postgresql(element: contains, compiler: Any, **kwargs: Any) -> str:
    return f"strpos({_arguments(element, compiler, **kwargs)}) > 0"


def _arguments(element: ColumnElement[bool], compiler: Any, **kwargs: Any) -> str:
    return str(compiler.process(element.clauses, **kwargs))
