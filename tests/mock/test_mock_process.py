"""The command in a process of its own, as a user starts and stops it."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from api_spec import DEFAULT_PATH, VERSION
from mock_server.address import reserved
from mock_server.cli import main

Launch = Callable[..., Any]

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


def get(url: str, headers: dict[str, str] | None = None) -> tuple[int, Any]:
    try:
        with urlopen(Request(url, headers=headers or {}), timeout=5) as response:
            return response.status, json.loads(response.read())
    except HTTPError as error:
        return error.code, json.loads(error.read())


def credentials(info: dict[str, Any]) -> dict[str, str]:
    first = info["organizations"][0]
    return {"x-api-key": first["api_key"], "x-organization-id": first["organization_id"]}


def test_the_json_line_leads_to_a_mock_that_answers(launch: Launch) -> None:
    info = launch("--json").info
    assert (set(info), info["version"]) == ({"url", "version", "scenario", "organizations"}, VERSION)
    status, body = get(f"{info['url']}/v1/invoices/cups?size=1", credentials(info))
    assert (status, len(body["items"])) == (200, 1)
    assert get(f"{info['url']}/_mock/health") == (200, {"status": "ok", "version": VERSION})


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl on this machine")
def test_the_curl_of_the_banner_works_as_printed(launch: Launch) -> None:
    running = launch()
    lines = [running.ready_line] + [running.process.stdout.readline() for _ in range(6)]
    start = next(index for index, line in enumerate(lines) if line.strip().startswith("curl"))
    command = shlex.split("".join(lines[start : start + 2]).replace("\\\n", ""))
    answered = subprocess.run([*command, "--silent"], capture_output=True, check=True, timeout=10)
    assert json.loads(answered.stdout)["items"][0]["cups"] == "ES0021000000000000001AB"


def test_requests_are_logged_on_stderr_and_no_key_is(launch: Launch) -> None:
    running = launch("--json")
    get(f"{running.url}/v1/invoices/cups", credentials(running.info))
    running.process.terminate()
    _, log = running.process.communicate(timeout=5)
    if sys.platform != "win32":  # there terminating gives no time to write
        assert [line.split()[1:4] for line in log.splitlines()] == [["GET", "/v1/invoices/cups", "200"]]
    assert running.info["organizations"][0]["api_key"] not in log


def test_a_quiet_mock_writes_nothing_but_the_ready_line(launch: Launch) -> None:
    running = launch("--json", "--quiet")
    get(f"{running.url}/v1/invoices/cups", credentials(running.info))
    running.process.terminate()
    assert running.process.communicate(timeout=5) == ("", "")


def test_settings_come_from_the_environment_and_flags_win(launch: Launch) -> None:
    info = launch("--json", "--seed", "7", DCYCLE_MOCK_SEED="8", DCYCLE_MOCK_ORGANIZATIONS="3").info
    assert len(info["organizations"]) == 3
    assert info["organizations"] == launch("--json", "--organizations", "3", "--seed", "7").info["organizations"]


def test_settings_come_from_pyproject_toml(launch: Launch, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.dcycle.mock]\norganizations = 1\nfacilities = 3\n")
    (only,) = launch("--json").info["organizations"]
    assert len(only["facility_ids"]) == 5, "three, and the documented ones"


def open_idle(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=5)


def open_keep_alive(port: int) -> socket.socket:
    client = open_idle(port)
    client.sendall(b"GET /_mock/health HTTP/1.1\r\nHost: mock\r\n\r\n")
    assert client.recv(4096).startswith(b"HTTP/1.1 200")
    return client


def open_unfinished(port: int) -> socket.socket:
    client = open_idle(port)
    client.sendall(b"GET /_mock/health HTTP/1.1\r\nHost: mo")
    return client


@posix_only
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("client", [None, open_idle, open_keep_alive, open_unfinished])
def test_a_signal_stops_the_mock_within_a_second(launch: Launch, sent: signal.Signals, client: Any) -> None:
    # A machine that is busy with other tests may lack the time for it now and then.
    assert any(seconds_to_stop(launch("--json", "--quiet", "--invoices", "0"), sent, client) < 1 for _ in range(3))


def seconds_to_stop(running: Any, sent: signal.Signals, client: Any) -> float:
    """How long a mock with eight clients runs on after a signal; it must end in silence and as a success."""
    with ExitStack() as clients:
        for _ in range(8 if client else 0):
            clients.enter_context(client(running.port))
        began = time.monotonic()
        running.process.send_signal(sent)
        assert running.process.wait(timeout=5) == 0
        seconds = time.monotonic() - began
    assert running.process.stderr.read() == ""
    return seconds


@posix_only
def test_ctrl_c_in_a_terminal_reaches_all_processes_and_is_no_failure(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mock_server", "--port", "0", "--json"]
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)
        _, messages = process.communicate(timeout=5)
    assert (process.returncode, messages) == (0, b"")


@posix_only
def test_no_worker_outlives_a_killed_parent(launch: Launch) -> None:
    running = launch("--json")
    with open_unfinished(running.port):
        running.process.kill()
        running.process.wait(timeout=5)
        deadline = time.monotonic() + 5
        while is_listening(running.port):
            assert time.monotonic() < deadline, "a worker still listens"


@pytest.mark.skipif(sys.platform != "linux", reason="finds the worker in /proc")
def test_a_killed_worker_ends_the_mock_with_a_message(launch: Launch) -> None:
    running = launch("--json")
    (worker,) = Path(f"/proc/{running.process.pid}/task/{running.process.pid}/children").read_text().split()
    os.kill(int(worker), signal.SIGKILL)
    _, message = running.process.communicate(timeout=5)
    assert (running.process.returncode, message) == (1, "dcycle-mock: the server ended unexpectedly.\n")


def is_listening(port: int) -> bool:
    try:
        open_idle(port).close()
    except OSError:
        return False
    return True


def test_64_slow_clients_keep_nobody_waiting(launch: Launch) -> None:
    running = launch("--json", "--quiet")
    with ExitStack() as clients:
        slow = [clients.enter_context(open_unfinished(running.port)) for _ in range(64)]
        began = time.monotonic()
        assert get(f"{running.url}/_mock/health")[0] == 200
        assert time.monotonic() - began < 1
        for client in slow:
            client.sendall(b"ck\r\n\r\n")
        assert all(client.recv(4096).startswith(b"HTTP/1.1 200") for client in slow)
        assert time.monotonic() - began < 2


def test_64_clients_at_once_get_the_same_answer(launch: Launch) -> None:
    running = launch("--json", "--quiet")
    url, headers = f"{running.url}/v1/invoices/cups", credentials(running.info)
    with ThreadPoolExecutor(64) as clients:
        answers = list(clients.map(lambda _: get(url, headers), range(256)))
    assert answers[0][0] == 200
    assert all(answer == answers[0] for answer in answers)


def run_main(capsys: pytest.CaptureFixture[str], *flags: str) -> tuple[int, str]:
    code = main(flags)
    captured = capsys.readouterr()
    assert captured.out == ""
    return code, captured.err


def test_a_port_in_use_is_told_with_the_next_free_one(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, message = run_main(capsys, "--port", str(port))
    free = int(message.split("--port ")[1].split(",")[0])
    assert (code, message) == (2, f"dcycle-mock: Port {port} is in use. Try --port {free}, which is free.\n")
    assert free > port


def test_a_second_mock_on_the_same_port_is_refused(launch: Launch, capsys: pytest.CaptureFixture[str]) -> None:
    port = launch("--json").port
    code, message = run_main(capsys, "--port", str(port))
    assert (code, f"Port {port} is in use" in message) == (2, True)


@pytest.mark.parametrize("host", ["nowhere.invalid", "192.0.2.1", ""])
def test_a_host_that_is_not_here_is_refused(capsys: pytest.CaptureFixture[str], host: str) -> None:
    code, message = run_main(capsys, f"--host={host or ' '}", "--port", "0")
    assert code == 2
    assert message.startswith("dcycle-mock: --host: ")
    assert message.endswith("Try 127.0.0.1.\n")


@pytest.mark.parametrize(
    ("flags", "wanted"),
    [
        (
            ("--port", "70000"),
            "--port: '70000' cannot be used. expected a whole number of at least 0 and at most 655",
        ),
        (("--seed", "x"), "--seed: 'x' cannot be used. expected a whole number of at least 0"),
        (("--organizations", "0"), "--organizations: '0' cannot be used. expected a whole number of at least 1"),
    ],
)
def test_a_wrong_setting_is_told(capsys: pytest.CaptureFixture[str], flags: tuple[str, ...], wanted: str) -> None:
    code, message = run_main(capsys, *flags)
    assert (code, wanted in message) == (2, True)


def test_a_malformed_contract_is_refused_with_file_line_and_reason(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    lines = DEFAULT_PATH.read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if text.strip() == "operationId: getInvoice")
    lines[line - 1] = lines[line - 1].replace("operationId", "operationid")
    path = tmp_path / "broken.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    code, message = run_main(capsys, "--port", "0", "--spec", str(path))
    assert code == 2
    assert message.startswith(f"dcycle-mock: {path}:{line}: ")
    assert "operationId" in message


def test_a_missing_contract_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, message = run_main(capsys, "--port", "0", "--spec", str(tmp_path / "none.yaml"))
    assert (code, "cannot be read" in message) == (2, True)


@pytest.mark.parametrize(
    ("host", "url"),
    [("127.0.0.1", "http://127.0.0.1:{}"), ("localhost", "http://localhost:{}"), ("0.0.0.0", "http://127.0.0.1:{}")],
)
def test_the_url_is_one_that_a_client_can_use(host: str, url: str) -> None:
    with reserved(host, 0) as address:
        assert address.url == url.format(address.port)


def test_the_help_names_every_setting(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    text = capsys.readouterr().out
    assert ended.value.code == 0
    for flag in (
        "--host",
        "--port",
        "--seed",
        "--organizations",
        "--facilities",
        "--invoices",
        "--spec",
        "--quiet",
        "--json",
        "--known-out",
    ):
        assert flag in text


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"dcycle-mock {VERSION}\n"


def test_the_environment_of_the_process_is_no_part_of_a_request(launch: Launch) -> None:
    running = launch("--json", HTTP_PROXY="http://ana:secret@proxy.test", NO_PROXY="127.0.0.1")
    with urlopen(f"{running.url}/openapi.yaml", timeout=5), pytest.raises(HTTPError):
        urlopen(f"{running.url}/v1/invoices/cups", timeout=5)
    with urlopen(f"{running.url}/_mock/journal", timeout=5) as answered:
        (exchange,) = json.load(answered)["items"]
    assert "proxy" not in exchange["request"]["headers"]
    assert "secret" not in json.dumps(exchange)
