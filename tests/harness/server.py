# SPDX-License-Identifier: Apache-2.0
"""Runs the real binary on free ports and a folder of its own."""
import os
import re
import select
import signal
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("TRACERY_BIN", ROOT / "build/release/bin/tracery")).resolve()

READY = re.compile(r"^tracery ready http=(\S*) grpc=(\S*) xray=(\S*) data=(.+)$")
FREE_PORTS = {"--http": "127.0.0.1:0", "--grpc": "127.0.0.1:0", "--xray": "127.0.0.1:0"}
# Only for giving up on a server that hangs; nothing is judged by it.
PATIENCE_S = 120


def clean_environment(extra=None):
    """The environment without settings of Tracery or of an OpenTelemetry SDK."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TRACERY_", "OTEL_"))}
    return {**kept, **(extra or {})}


class Server:
    """One `tracery serve`. Use it as a context manager, or call start() and stop()."""

    def __init__(self, data, *flags, environment=None, wrapper=(), defaults=FREE_PORTS):
        self.data = Path(data)
        self.log = self.data.parent / f"{self.data.name}.stderr"
        given = {flag.split("=")[0] for flag in flags if flag.startswith("--")}
        rest = [part for flag, value in defaults.items() if flag not in given
                for part in (flag, value)]
        self.command = [*wrapper, str(BINARY), "serve", "--data", str(self.data), *rest, *flags]
        self.environment = clean_environment(environment)
        self.process = None
        self.ready_line = None
        self.ready_after_s = None

    def start(self):
        assert BINARY.is_file(), f"no server at {BINARY}: build it, or set TRACERY_BIN"
        started = time.monotonic()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=log,
                                            stdin=subprocess.DEVNULL, env=self.environment)
        self.ready_line = self._read_line()
        self.ready_after_s = time.monotonic() - started
        match = READY.match(self.ready_line)
        if not match:
            self.kill()
            raise AssertionError(f"no ready line but {self.ready_line!r}; log:\n{self.log_text()}")
        http, grpc, xray, self.ready_data = match.groups()
        self.http_addresses = [a for a in http.split(",") if a and a != "none"]
        self.grpc_address, self.xray_address = grpc, xray
        return self

    def _read_line(self):
        line, deadline = b"", time.monotonic() + PATIENCE_S
        stream = self.process.stdout
        while not line.endswith(b"\n") and time.monotonic() < deadline:
            if select.select([stream], [], [], 0.2)[0]:
                byte = os.read(stream.fileno(), 1)
                if not byte:
                    break
                line += byte
        return line.decode().rstrip("\n")

    @property
    def url(self):
        return f"http://{self.http_addresses[0]}"

    @property
    def host_port(self):
        host, port = self.http_addresses[0].rsplit(":", 1)
        return host, int(port)

    @property
    def pid(self):
        return self.process.pid

    def check_alive(self):
        """Fails, with the log's end, when the process has died; then starts it again."""
        status = self.process.poll()
        if status is None:
            return
        end = self.log_text()[-2000:]
        self.start()
        raise AssertionError(f"the server died with status {status}; its log ends:\n{end}")

    def resident_bytes(self):
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise AssertionError("no VmRSS")

    def log_text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def stop(self, how=signal.SIGTERM):
        """Asks the server to go and returns its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            return self.process.wait(PATIENCE_S)
        finally:
            self.kill()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def rest_of_stdout(self):
        return self.process.stdout.read().decode()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.kill()
        self.process.stdout.close()


def run_cli(*arguments, environment=None, stdin=None):
    """Runs one verb of the binary to its end."""
    return subprocess.run([str(BINARY), *map(str, arguments)], input=stdin, text=True,
                          capture_output=True, env=clean_environment(environment),
                          timeout=PATIENCE_S)
