# SPDX-License-Identifier: Apache-2.0
"""examples/hello, built against the installed kit as a stranger would, sends to the server."""
import os
import signal
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from harness.honeycomb import Api
from harness.server import BINARY, Server

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples/hello"


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def hello(tmp_path_factory):
    """The path of the example's program."""
    folder = tmp_path_factory.mktemp("kit")
    build = BINARY.parents[1]
    run("cmake", "--install", build, "--component", "kit", "--prefix", folder / "prefix")
    run("cmake", "-S", EXAMPLE, "-B", folder / "build", "-G", "Ninja",
        f"-DCMAKE_PREFIX_PATH={folder / 'prefix'}", "-DCMAKE_EXE_LINKER_FLAGS=" + sanitizer(build))
    run("cmake", "--build", folder / "build")
    return folder / "build/hello"


def sanitizer(build):
    """What a sanitized build of the kit must be linked with."""
    for line in (build / "CMakeCache.txt").read_text().splitlines():
        if line.startswith("TRACERY_SANITIZE:STRING="):
            kinds = line.split("=", 1)[1]
            return f"-fsanitize={kinds}" if kinds else ""
    return ""


class Hello:
    """The running example. Leaving it is SIGTERM, after which everything has been sent."""

    def __init__(self, program, variables):
        self.environment = {"PATH": os.environ["PATH"], **variables}
        self.program = program

    def __enter__(self):
        self.process = subprocess.Popen([self.program, "0"], env=self.environment, text=True,
                                        stdout=subprocess.PIPE)
        self.url = self.process.stdout.readline().strip().removesuffix("/hello/world")
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=20) == 0

    def get(self, path):
        try:
            with urllib.request.urlopen(self.url + path) as answer:
                return answer.status, dict(answer.headers)
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers)


@pytest.mark.parametrize("protocol", ["http/protobuf", "http/json", "grpc"])
@pytest.mark.parametrize("compression", ["none", "gzip"])
def test_every_protocol_delivers_all_three_signals(hello, server, api, dataset, protocol,
                                                   compression):
    endpoint = f"http://{server.grpc_address}" if protocol == "grpc" else server.url

    with Hello(hello, {"OTEL_SERVICE_NAME": dataset, "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
                       "OTEL_EXPORTER_OTLP_PROTOCOL": protocol,
                       "OTEL_EXPORTER_OTLP_COMPRESSION": compression,
                       "OTEL_EXPORTER_OTLP_METRICS_HEADERS": f"x-honeycomb-dataset={dataset}",
                       }) as running:
        for _ in range(5):
            assert running.get("/hello/world")[0] == 200
        status, headers = running.get("/boom")
        assert status == 500

    spans = {row["name"]: row["COUNT"] for row in api.values(
        dataset, "name", filters=[("meta.signal_type", "=", "trace"),
                                  ("meta.annotation_type", "does-not-exist", None)])}
    assert spans == {"GET /hello/{name}": 5, "GET /boom": 1, "compose-greeting": 5}
    assert api.count(dataset, ("meta.signal_type", "=", "log")) == 5
    assert api.count(dataset, ("meta.signal_type", "=", "metric")) > 0
    assert api.count(dataset, ("app.name", "=", "world"), ("name", "=", "compose-greeting")) == 5
    # The response names its trace, and that trace has the exception.
    trace = headers["traceresponse"].split("-")[1]
    assert api.count(dataset, ("trace.trace_id", "=", trace),
                     ("exception.message", "=", "boom")) >= 1


def test_spans_outlive_a_restart_of_the_server(hello, tmp_path):
    with Server(tmp_path / "data") as first:
        address = first.http_addresses[0]
    variables = {"OTEL_SERVICE_NAME": "shop", "OTEL_BSP_SCHEDULE_DELAY": "10",
                 "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{address}"}

    with Hello(hello, variables) as running:
        for _ in range(20):
            assert running.get("/hello/world")[0] == 200
        with Server(tmp_path / "data", "--http", address) as second:
            seen = Api(second.url).wait_for_count("shop", 40, ("meta.signal_type", "=", "trace"))

    assert seen == 40
