# SPDX-License-Identifier: Apache-2.0
"""OpenTelemetry for JavaScript, unmodified: in Node and in a browser page."""
import json
import subprocess
from pathlib import Path

from harness.server import clean_environment

HERE = Path(__file__).parent / "node"


def run_node(script, *arguments, environment=None):
    ended = subprocess.run(["node", script, *map(str, arguments)], cwd=HERE, text=True,
                           capture_output=True, timeout=180,
                           env=clean_environment(environment))
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_the_node_exporter_sends_json(server, api, dataset):
    run_node("send_traces.mjs", 1000, environment={
        "OTEL_SERVICE_NAME": dataset, "OTEL_EXPORTER_OTLP_ENDPOINT": server.url,
        "OTEL_EXPORTER_OTLP_HEADERS": "x-honeycomb-team=abc"})

    # A server span and a child for each; every tenth child has an exception event too.
    assert api.count(dataset) == 2100
    kinds = {r["span.kind"]: r["COUNT"] for r in api.values(
        dataset, "span.kind", filters=[("duration_ms", "exists")])}
    assert kinds == {"server": 1000, "client": 1000}
    assert api.count(dataset, ("error", "=", True), ("exception.type", "=", "TypeError"),
                     ("status_message", "=", "no such cart"), ("name", "=", "SELECT")) == 100
    users = api.values(dataset, "app.user_id", filters=[("app.user_id", "exists")])
    assert {r["app.user_id"]: r["COUNT"] for r in users} == {f"user-{i}": 100 for i in range(10)}
    totals, = api.rows(dataset, {"calculations": [{"op": "SUM", "column": "app.items"},
                                                  {"op": "AVG", "column": "app.vip"}]})
    assert totals["SUM(app.items)"] == sum(range(1000))
    assert totals["AVG(app.vip)"] == 0.5
    tags, = api.values(dataset, "app.tags", "library.name", "library.version",
                       filters=[("app.tags", "exists")])
    assert (json.loads(tags["app.tags"]), tags["library.name"], tags["library.version"]) \
        == (["a", "b"], "conformance", "1.2.3")


def test_the_node_exporter_compresses(server, api, dataset):
    run_node("send_traces.mjs", 50, environment={
        "OTEL_SERVICE_NAME": dataset, "OTEL_EXPORTER_OTLP_ENDPOINT": server.url,
        "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip"})

    assert api.count(dataset) == 105


def test_a_browser_page_posts_across_origins(server, api, dataset):
    seen = json.loads(run_node("browse.mjs", server.url, dataset, 120))

    assert seen["origin"] != server.url
    assert seen["problems"] == []
    assert seen["results"] and all(r["code"] == 0 for r in seen["results"]), seen
    posts = [a["status"] for a in seen["answers"] if a["method"] == "POST"]
    assert posts and set(posts) == {200}
    assert api.count(dataset) == 120
    root, child = ("trace.parent_id", "does-not-exist"), ("trace.parent_id", "exists")
    assert api.count(dataset, ("name", "=", "page view"), root) == 1
    assert api.count(dataset, ("name", "=", "click"), child) == 119
    row, = api.values(dataset, "telemetry.sdk.language")
    assert row["telemetry.sdk.language"] == "webjs"
