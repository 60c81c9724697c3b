"""The error that every mistake of the user's is one of."""


class InputError(Exception):
    """What a person gave cannot be used. Its text says what, where, what was expected, and what next."""
