# SPDX-License-Identifier: Apache-2.0
"""script/demo: one command from nothing to an instrumented app under load."""
import re
import signal
import socket
import subprocess

import pytest

from harness.cruddur import free_port
from harness.honeycomb import Api
from harness.server import BINARY, PATIENCE_S, ROOT, clean_environment

FREE_PORTS = ["--http", "127.0.0.1:0", "--grpc", "none", "--xray", "127.0.0.1:0"]
READY = re.compile(r"demo ready tracery=(http://127\.0\.0\.1:\d+) app=http://127\.0\.0\.1:\d+\n")


def test_the_demo_sends_spans_segments_and_errors_until_it_is_told_to_end(tmp_path):
    port = free_port()
    demo = subprocess.Popen(
        [str(ROOT / "script/demo"), *FREE_PORTS], text=True, stdout=subprocess.PIPE,
        env=clean_environment({"TRACERY_BIN": str(BINARY), "TRACERY_DATA": str(tmp_path / "data"),
                               "CRUDDUR_PORT": str(port), "CRUDDUR_RATE": "100"}))
    try:
        api = Api(READY.fullmatch(demo.stdout.readline())[1])
        assert api.wait_for_count("backend-flask", 20, ("meta.source", "=", "otlp")) >= 20
        assert api.wait_for_count("backend-flask", 1, ("meta.source", "=", "xray")) >= 1
        assert api.wait_for_count("rollbar", 1) >= 1
    finally:
        demo.send_signal(signal.SIGINT)

    assert demo.wait(PATIENCE_S) == 0
    # The server, which writes to the same pipe, and the app have gone too.
    assert demo.stdout.read() == ""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)
