# SPDX-License-Identifier: Apache-2.0
"""Cruddur's backend in a process of its own, with all four of its sinks aimed at one server."""
import json
import signal
import socket
import subprocess
import time
from pathlib import Path

import requests

from harness.server import BINARY, PATIENCE_S, ROOT, clean_environment

SERVICE, LOG_GROUP = "backend-flask", "cruddur"
FRONTEND = "http://front.example"
FLASK = [str(ROOT / ".venv/cruddur/bin/python"), str(ROOT / "examples/cruddur-flask/app.py")]
# Any keys will do on loopback, but SDKs refuse to go without, or ask the machine's own files.
AWS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
       "AWS_DEFAULT_REGION": "eu-central-1", "AWS_REGION": "eu-central-1",
       "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/dev/null",
       "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def sinks(server):
    """What a user sets to have the tutorial's app send to Tracery instead of to four vendors."""
    return {**AWS, "OTEL_SERVICE_NAME": SERVICE, "OTEL_EXPORTER_OTLP_ENDPOINT": server.url,
            "OTEL_EXPORTER_OTLP_HEADERS": "x-honeycomb-team=any",
            "OTEL_BSP_SCHEDULE_DELAY": "200",
            "AWS_XRAY_DAEMON_ADDRESS": server.xray_address,
            "AWS_XRAY_URL": "*4567-workspace.example*",
            "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": server.url,
            "ROLLBAR_ACCESS_TOKEN": "any", "ROLLBAR_ENDPOINT": f"{server.url}/api/1/"}


class FlaskTwin:
    """The tutorial's app; leaving the block ends it, after its SDKs have sent what they hold."""

    def __init__(self, server, log, **environment):
        self.port, self.log = free_port(), Path(log)
        settings = {"FRONTEND_URL": FRONTEND, **sinks(server), **environment}
        with open(self.log, "w", encoding="utf-8") as out:
            self.process = subprocess.Popen([*FLASK, str(self.port)], stdout=out, stderr=out,
                                            env=clean_environment(settings))
        self.url = f"http://127.0.0.1:{self.port}"
        self.session = requests.Session()
        self.session.trust_env = False

    def ask(self, method, path, **options):
        return self.session.request(method, self.url + path, timeout=PATIENCE_S, **options)

    def get(self, path, **options):
        return self.ask("GET", path, **options)

    def post(self, path, **members):
        return self.ask("POST", path, json=members)

    def __enter__(self):
        give_up = time.monotonic() + PATIENCE_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                assert self.process.poll() is None, self.log.read_text(encoding="utf-8")
                assert time.monotonic() < give_up
                time.sleep(0.05)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE_S)

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()


LOAD = BINARY.parent / "cruddur-load"


def run_load(url, *flags):
    """Sends a scenario of `cruddur-load` and returns the truth about it."""
    ended = subprocess.run([str(LOAD), "--target", url, *flags], text=True, capture_output=True,
                           timeout=PATIENCE_S)
    assert ended.returncode == 0, (ended.stdout, ended.stderr)
    return json.loads(ended.stdout)
