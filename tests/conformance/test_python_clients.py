# SPDX-License-Identifier: Apache-2.0
"""OpenTelemetry for Python, unmodified: today's release and the one of early 2023."""
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest
import requests

from harness.server import ROOT, clean_environment

HERE = Path(__file__).parent / "python"
GENERATIONS = ["otel-today", "otel-2023"]
PROTOCOLS = ["http/protobuf", "grpc"]
TRACE_ID, PARENT_ID = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


def exporter_environment(server, service, protocol):
    address = server.grpc_address if protocol == "grpc" else server.http_addresses[0]
    return clean_environment({
        "OTEL_SERVICE_NAME": service,
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{address}",
        "OTEL_EXPORTER_OTLP_PROTOCOL": protocol,
        "OTEL_EXPORTER_OTLP_HEADERS": f"x-honeycomb-team=abc,x-honeycomb-dataset={service}",
        "OTEL_BSP_SCHEDULE_DELAY": "200",
    })


def python_of(generation):
    return str(ROOT / ".venv" / generation / "bin/python")


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


class Backend:
    """The Flask app in a process of its own; leaving the block flushes and ends it."""

    def __init__(self, generation, environment, log):
        self.port = free_port()
        self.log = log
        with open(log, "w", encoding="utf-8") as out:
            self.process = subprocess.Popen(
                [python_of(generation), str(HERE / "cruddur.py"), str(self.port)],
                env=environment, stdout=out, stderr=out)
        self.session = requests.Session()
        self.session.trust_env = False

    def get(self, path, **headers):
        return self.session.get(f"http://127.0.0.1:{self.port}{path}", headers=headers,
                                timeout=30).status_code

    def __enter__(self):
        give_up = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                assert self.process.poll() is None, Path(self.log).read_text(encoding="utf-8")
                assert time.monotonic() < give_up
                time.sleep(0.05)

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)


@pytest.fixture(scope="module", params=[(g, p) for g in GENERATIONS for p in PROTOCOLS],
                ids=lambda gp: f"{gp[0]}-{gp[1].split('/')[0]}")
def driven(request, server, tmp_path_factory):
    """The dataset that the app filled after it was driven, and which generation it was."""
    generation, protocol = request.param
    service = f"{generation}-{protocol.split('/')[0]}"
    log = tmp_path_factory.mktemp("flask") / "log"
    with Backend(generation, exporter_environment(server, service, protocol), log) as backend:
        for i in range(45):
            assert backend.get("/api/activities/home", **{"X-User": f"user-{i % 5}"}) == 200
        for _ in range(5):
            parent = f"00-{TRACE_ID}-{PARENT_ID}-01"
            assert backend.get("/api/activities/home", traceparent=parent) == 200
        for _ in range(20):
            assert backend.get("/api/activities/@andrewbrown") == 200
        for _ in range(5):
            assert backend.get("/api/home2") == 404
        for _ in range(3):
            assert backend.get("/api/activities/26e12864") == 500
        for _ in range(4):
            assert backend.get("/api/activities/search?term=cloud") == 200
    return service, generation


def test_every_span_arrived_once(api, driven):
    dataset, _ = driven

    kinds = {row["span.kind"]: row["COUNT"]
             for row in api.values(dataset, "span.kind", filters=[("duration_ms", "exists")])}

    assert kinds == {"server": 45 + 5 + 20 + 5 + 3 + 4 + 4, "internal": 45 + 5 + 4, "client": 4}
    rows = api.rows(dataset, {"calculations": [{"op": "COUNT_DISTINCT",
                                                "column": "trace.span_id"}]})
    assert rows[0]["COUNT_DISTINCT(trace.span_id)"] == 86 + 54 + 4


def test_counts_by_route_are_the_client_s(api, driven):
    dataset, _ = driven

    rows = api.rows(dataset, {
        "calculations": [{"op": "COUNT"}, {"op": "P90", "column": "duration_ms"}],
        "breakdowns": ["http.route"],
        "filters": [{"column": "span.kind", "op": "=", "value": "server"},
                    {"column": "http.route", "op": "exists"}]})

    assert {row["http.route"]: row["COUNT"] for row in rows} == {
        "/api/activities/home": 54, "/api/activities/@<handle>": 20,
        "/api/activities/<uuid>": 3, "/api/activities/search": 4}
    assert all(row["P90(duration_ms)"] > 0 for row in rows)


def test_the_custom_span_carries_its_fields(api, driven):
    dataset, _ = driven
    custom = [("name", "=", "home-activites-mock-data")]

    lengths = api.values(dataset, "app.result_length", "type", "library.name", filters=custom)
    users = api.values(dataset, "app.user_id", filters=custom)

    assert [(r["app.result_length"], r["type"], r["library.name"], r["COUNT"]) for r in lengths] \
        == [(3, "internal", "home.activities", 54)]
    assert {r["app.user_id"]: r["COUNT"] for r in users} == {
        "andrewbrown": 5 + 4, **{f"user-{i}": 9 for i in range(5)}}
    assert api.count(dataset, *custom, ("app.now", "starts-with", "20")) == 54
    assert api.count(dataset, *custom, ("trace.parent_id", "exists")) == 54


def test_a_sent_traceparent_is_the_trace(api, driven):
    dataset, _ = driven
    in_trace = [("trace.trace_id", "=", TRACE_ID)]

    assert api.count(dataset, *in_trace) == 10
    assert api.count(dataset, *in_trace, ("trace.parent_id", "=", PARENT_ID)) == 5


def test_the_outgoing_call_joins_both_requests_in_one_trace(api, driven):
    dataset, _ = driven
    searches = api.values(dataset, "trace.trace_id",
                          filters=[("http.route", "=", "/api/activities/search")])

    assert len(searches) == 4
    for row in searches:
        # search (server), its call (client), home (server), its own span.
        assert api.count(dataset, ("trace.trace_id", "=", row["trace.trace_id"])) == 4


def test_errors_have_their_exception(api, driven):
    dataset, _ = driven

    errors = api.values(dataset, "exception.type", "status_code", "type",
                        filters=[("error", "=", True), ("duration_ms", "exists")])
    events = api.values(dataset, "name", "exception.type", "parent_name",
                        filters=[("meta.annotation_type", "=", "span_event")])

    assert [(r["exception.type"], r["status_code"], r["type"], r["COUNT"]) for r in errors] \
        == [("NameError", 2, "server", 3)]
    assert [(r["name"], r["exception.type"], r["COUNT"]) for r in events] \
        == [("exception", "NameError", 3)]


def test_resource_and_library_fields(api, driven):
    dataset, _ = driven

    row, = api.values(dataset, "service.name", "telemetry.sdk.language", "meta.signal_type",
                      "telemetry.sdk.name")
    marked = api.values(dataset, "telemetry.instrumentation_library",
                        filters=[("span.kind", "=", "server")])

    assert (row["service.name"], row["telemetry.sdk.language"], row["meta.signal_type"],
            row["telemetry.sdk.name"]) == (dataset, "python", "trace", "opentelemetry")
    assert [r["telemetry.instrumentation_library"] for r in marked] == [True]


def test_status_codes_are_integers_under_their_own_name(api, driven):
    dataset, _ = driven

    rows = api.values(dataset, "http.status_code", filters=[("span.kind", "=", "server")])

    assert {row["http.status_code"]: row["COUNT"] for row in rows} == {200: 78, 404: 5, 500: 3}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_log_records_and_metrics_arrive(server, api, dataset, protocol):
    subprocess.run([python_of("otel-today"), str(HERE / "send_logs_and_metrics.py"), "250"],
                   env=exporter_environment(server, dataset, protocol), check=True, timeout=120)

    log, = api.values(dataset, "severity", "severity_text", "severity_code", "service.name",
                      filters=[("meta.signal_type", "=", "log")])
    assert (log["severity"], log["severity_text"], log["severity_code"], log["COUNT"]) \
        == ("warn", "WARN", 13, 250)
    assert api.count(dataset, ("body", "=", "line 249"), ("app.line", "=", 249)) == 1

    rows = api.rows(dataset, {
        "calculations": [{"op": "MAX", "column": c}
                         for c in ("orders", "latency.count", "latency.sum")],
        "breakdowns": ["city"], "filters": [{"column": "meta.signal_type", "op": "=",
                                             "value": "metric"}]})
    by_city = {row["city"]: row for row in rows}
    assert by_city["Delft"]["MAX(orders)"] == 20
    assert by_city["Lyon"]["MAX(orders)"] == 40
    assert by_city["Lyon"]["MAX(latency.count)"] == 30
    assert by_city["Lyon"]["MAX(latency.sum)"] == sum(range(30))


def test_the_python_of_the_clients_is_the_one_that_was_asked_for():
    for generation in GENERATIONS:
        version = subprocess.run(
            [python_of(generation), "-c",
             "from importlib.metadata import version; print(version('opentelemetry-sdk'))"],
            capture_output=True, text=True, check=True, env={**os.environ}).stdout.strip()
        assert version.startswith("1.15." if generation == "otel-2023" else "1.45.")
