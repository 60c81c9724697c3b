"""Where the mock listens: a host and a port, found free before anything else is done."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


class AddressError(Exception):
    """The address cannot be listened on. Its text says why and what to do."""


@dataclass(frozen=True)
class Address:
    """A numeric address to bind, and the name that a person gave it."""

    host: str
    ip: str
    port: int

    @property
    def reachable_ip(self) -> str:
        """A numeric address at which a client on this machine reaches the server."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.ip, self.ip)

    @property
    def url(self) -> str:
        """Where a client on this machine reaches the server."""
        host = self.host if self.reachable_ip == self.ip else self.reachable_ip
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


@contextmanager
def reserved(host: str, port: int) -> Iterator[Address]:
    """A free address, kept free for the server while the context is open.

    Raises AddressError when the host is not one of this machine's or the port is in use.
    """
    family, ip = _resolve(host)
    free = _bind_once(family, ip, host, port)
    if sys.platform != "linux":  # elsewhere the server binds once, before its worker starts
        yield Address(host, ip, free)
        return
    with socket.socket(family) as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.bind((ip, free))
        yield Address(host, ip, free)


def _resolve(host: str) -> tuple[socket.AddressFamily, str]:
    try:
        family, _, _, _, place = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except (OSError, UnicodeError):
        raise AddressError(f"--host: {host!r} is not an address of this machine. Try 127.0.0.1.") from None
    return family, str(place[0])


def _bind_once(family: socket.AddressFamily, ip: str, host: str, port: int) -> int:
    """Bind and let go: the port, a free one in place of 0.

    The server shares its port with its workers, so it would share it with a stranger too; a plain bind would not.
    """
    try:
        return _try(family, ip, port)
    except PermissionError:
        raise AddressError(f"Port {port} needs more rights than this user has. Try --port 8000.") from None
    except OverflowError:
        raise AddressError(f"There is no port {port}. Try --port 8000.") from None
    except OSError as error:
        if not _is_free(family, ip, 0):
            reason = error.strerror or error
            raise AddressError(f"--host: {host!r} cannot be listened on: {reason}. Try 127.0.0.1.") from None
        free = next((other for other in range(port + 1, 65536) if _is_free(family, ip, other)), 0)
        raise AddressError(f"Port {port} is in use. Try --port {free}, which is free.") from None


def _is_free(family: socket.AddressFamily, ip: str, port: int) -> bool:
    try:
        _try(family, ip, port)
    except OSError:
        return False
    return True


def _try(family: socket.AddressFamily, ip: str, port: int) -> int:
    with socket.socket(family) as probe:
        if sys.platform != "win32":  # there it would allow what it must forbid: two servers on one port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((ip, port))
        return int(probe.getsockname()[1])
