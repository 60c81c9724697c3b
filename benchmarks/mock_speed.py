"""How fast the mock is, beside Prism and Mockoon: start, requests per second, processor time and memory, in one run.

Needs `wrk` and Node on the path, and `npm ci --prefix benchmarks/peers --ignore-scripts`. Linux only: memory and
processor time are read from /proc.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PEERS = ROOT / "benchmarks" / "peers" / "node_modules" / ".bin"
CONTRACT = ROOT / "openapi.yaml"
HEADERS = {
    "x-api-key": "demo-YDMduTvTaXBgHs3EwIHetI8r",
    "x-organization-id": "a8315ef3-dd50-43f8-b7ce-d839e68d51fa",
}
ROUTES = {
    "Get invoice": "/v1/invoices/550e8400-e29b-41d4-a716-446655440000",
    "List CUPS groups": "/v1/invoices/cups",
}
CONNECTIONS = 64
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGESIZE")


@dataclass(frozen=True)
class Contender:
    """A mock, and how it is started on a port."""

    name: str
    command: Callable[[int], Sequence[str]]


def _ours(*flags: str) -> Callable[[int], Sequence[str]]:
    return lambda port: (sys.executable, "-m", "mock_server", "--port", str(port), *flags)


def _prism(*flags: str) -> Callable[[int], Sequence[str]]:
    return lambda port: (
        str(PEERS / "prism"),
        "mock",
        "--port",
        str(port),
        "--host",
        "127.0.0.1",
        *flags,
        str(CONTRACT),
    )


def _mockoon(port: int) -> Sequence[str]:
    flags = ("--port", str(port), "--hostname", "127.0.0.1", "--disable-log-to-file")
    return (str(PEERS / "mockoon-cli"), "start", "--data", str(CONTRACT), *flags)


CONTENDERS = (
    Contender("dcycle-mock", _ours()),
    Contender("dcycle-mock --quiet", _ours("--quiet")),
    Contender("dcycle-mock --quiet --journal 0", _ours("--quiet", "--journal", "0")),
    Contender("Prism", _prism()),
    Contender("Prism, log off", _prism("--verboseLevel", "silent")),
    Contender("Mockoon", _mockoon),
)


@dataclass(frozen=True)
class Measurement:
    """What one contender did."""

    name: str
    start: float
    """Seconds from the start of the process to the first answer, the median of several."""
    rates: dict[str, float]
    """Requests per second by route."""
    processor: dict[str, float]
    """Microseconds of processor time for a request, by route."""
    memory: float
    """Megabytes in memory after the load."""


def measure(contender: Contender, seconds: int, starts: int) -> Measurement:
    """Start a contender several times, then put load on it, route by route."""
    times = [_started(contender).stop() for _ in range(starts)]
    served = _started(contender)
    rates, processor = {}, {}
    for name, path in ROUTES.items():
        _load(served.port, path, 1)  # warm
        before = _processor_time(served.process.pid)
        rates[name] = _load(served.port, path, seconds)
        spent = _processor_time(served.process.pid) - before
        processor[name] = spent / (rates[name] * seconds) * 1e6
    memory = _memory(served.process.pid)
    times.append(served.stop())
    return Measurement(contender.name, statistics.median(times), rates, processor, memory)


@dataclass(frozen=True)
class Served:
    """A contender that answers."""

    process: subprocess.Popen[bytes]
    port: int
    start: float

    def stop(self) -> float:
        """End it, and give the seconds that its start took."""
        for pid in (*_descendants(self.process.pid), self.process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        self.process.wait(timeout=20)
        return self.start


def _started(contender: Contender) -> Served:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began = time.perf_counter()
    process = subprocess.Popen(contender.command(port), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not _answers(port):
        if process.poll() is not None or time.perf_counter() - began > 60:
            sys.exit(f"{contender.name} does not start.")
        time.sleep(0.005)
    return Served(process, port, time.perf_counter() - began)


def _answers(port: int) -> bool:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{ROUTES['Get invoice']}", headers=HEADERS)
    try:
        with urllib.request.urlopen(request, timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def _load(port: int, path: str, seconds: int) -> float:
    headers = [part for name, value in HEADERS.items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", *headers, f"http://127.0.0.1:{port}{path}"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in printed:
        sys.exit(f"Not every answer was a success:\n{printed}")
    return float(re.findall(r"Requests/sec:\s+([\d.]+)", printed)[0])


def _descendants(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [one for child in map(int, children) for one in (*_descendants(child), child)]


def _processor_time(pid: int) -> float:
    """Seconds of processor time of a process and its descendants."""
    total = 0
    for one in (pid, *_descendants(pid)):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def _memory(pid: int) -> float:
    pages = (int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in (pid, *_descendants(pid)))
    return sum(pages) * PAGE / 1e6


def table(found: Sequence[Measurement], baseline: str) -> str:
    """The measurements as a table, each beside how it compares with one of them."""
    base = next(one for one in found if one.name == baseline)
    rows = ["| | start to first answer | " + " | ".join(f"{name}, requests/s" for name in ROUTES) + " | memory |"]
    rows.append("| --- |" + " ---: |" * (len(ROUTES) + 2))
    for one in found:
        cells = [f"{one.start:.2f} s ({one.start / base.start:.2f}x)"]
        cells += [
            f"{one.rates[name]:,.0f} ({one.rates[name] / base.rates[name]:.1f}x), {one.processor[name]:.0f} µs"
            for name in ROUTES
        ]
        rows.append(f"| {one.name} | {' | '.join(cells)} | {one.memory:.0f} MB |")
    return "\n".join(rows)


def main() -> int:
    """Measure every contender and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=5, help="How long each route is loaded. Default: 5.")
    parser.add_argument("--starts", type=int, default=5, help="How often each is started. Default: 5.")
    arguments = parser.parse_args()
    for tool in ("wrk", "node", str(PEERS / "prism")):
        if not shutil.which(tool):
            sys.exit(f"{tool} is needed, see the top of this file.")
    found = []
    for contender in CONTENDERS:
        print(contender.name, file=sys.stderr)
        found.append(measure(contender, arguments.seconds, arguments.starts))
    print(table(found, "Prism, log off"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
