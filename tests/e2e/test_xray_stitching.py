# SPDX-License-Identifier: Apache-2.0
"""One request traced twice, by OpenTelemetry and by X-Ray, under two trace ids."""
import json
import struct
import time

import pytest

from harness import otlp, xray
from harness.honeycomb import Api

FLAG_XRAY = 32


def send_both(api, url, host):
    start = time.time() - 5
    trace, span = otlp.new_id(16), otlp.new_id(8)
    begin = int(start * 1e9)
    server_span = {"traceId": trace, "spanId": span, "name": "/api/home", "kind": 2,
                   "startTimeUnixNano": str(begin), "endTimeUnixNano": str(begin + 40_000_000),
                   "attributes": otlp.attributes({"http.method": "GET", "http.target": "/api/home?x",
                                                  "http.status_code": 200,
                                                  "net.peer.ip": "10.1.2.3"})}
    assert otlp.post(api, "traces", otlp.traces(host, [server_span])).status_code == 200
    part = xray.subsegment("mock-data", start_time=start + 0.01, end_time=start + 0.02)
    segment = xray.segment(
        host, start_time=start + 0.002, end_time=start + 0.039, trace_id=xray.new_trace_id(start),
        http={"request": {"method": "GET", "url": f"http://{host}:4567/api/home",
                          "client_ip": "10.1.2.3"}, "response": {"status": 200}},
        subsegments=[part])
    assert xray.put_segments(url, segment).json() == {"UnprocessedTraceSegments": []}
    return trace, span, segment, part


@pytest.fixture
def ui(server):
    yield Api(server.url, headers={})
    server.check_alive()


def columns(body):
    """The header and the columns of application/x-tracery-cols."""
    length, = struct.unpack_from("<I", body)
    header = json.loads(body[4:4 + length])
    data = body[(4 + length + 7) // 8 * 8:]
    kinds = {"i32": "i", "u32": "I", "u16": "H", "u8": "B", "f64": "d", "u64": "Q"}
    return header, {c["k"]: struct.unpack_from(f"<{header['n']}{kinds[c['type']]}", data, c["off"])
                    for c in header["cols"] if c["k"] in ("parent", "flags", "span_id", "depth")}


def test_both_traces_name_each_other_with_evidence(ui, server, dataset):
    trace, span, segment, _ = send_both(ui, server.url, dataset)

    from_otel, = ui.get(f"/ui/api/v1/trace/{trace}/related").json()["same_requests"]
    from_xray, = ui.get(f"/ui/api/v1/trace/{segment['trace_id']}/related").json()["same_requests"]

    assert from_otel["span_id"] == span and from_otel["other_span_id"] == segment["id"]
    assert from_otel["source"] == "xray" and from_otel["ambiguous"] is False
    assert from_otel["other_trace_id"] == segment["trace_id"][2:].replace("-", "")
    assert abs(from_otel["start_difference_ms"] - 2) < 0.01
    assert {e["field"]: e["value"] for e in from_otel["evidence"]} == {
        "http.method": "GET", "url.path": "/api/home", "http.status_code": "200",
        "client.address": "10.1.2.3"}
    assert from_xray["other_trace_id"] == trace and from_xray["other_span_id"] == span
    assert from_xray["source"] == "otlp"


def test_the_two_are_shown_as_one_waterfall(ui, server, dataset):
    trace, span, segment, part = send_both(ui, server.url, dataset)

    header, rows = columns(ui.get(f"/ui/api/v1/trace/{trace}/cols?stitch=1").content)

    assert header["n"] == 3
    ids = [f"{i:016x}" for i in rows["span_id"]]
    assert ids == [span, segment["id"], part["id"]]
    assert rows["parent"] == (-1, 0, 1)
    assert [flag & FLAG_XRAY for flag in rows["flags"]] == [0, FLAG_XRAY, FLAG_XRAY]
    shown = ui.get(f"/ui/api/v1/trace/{trace}/span/{part['id']}?stitch=1").json()
    assert shown["trace_id"] == segment["trace_id"][2:].replace("-", "")
    assert shown["sources"][0]["document"]["id"] == segment["id"]
    assert ui.get(f"/ui/api/v1/trace/{trace}/span/{part['id']}").status_code == 404


def test_an_unfinished_segment_is_marked_until_the_finished_one_comes(ui, server, dataset):
    start = time.time() - 3
    begun = xray.segment(dataset, start_time=start, trace_id=xray.new_trace_id(start),
                         in_progress=True)
    del begun["end_time"]
    xray.put_segments(server.url, begun)
    path = f"/ui/api/v1/trace/{begun['trace_id']}/cols"
    _, before = columns(ui.get(path).content)
    done = {k: v for k, v in begun.items() if k != "in_progress"}
    xray.put_segments(server.url, {**done, "end_time": start + 1})
    header, after = columns(ui.get(path).content)

    assert before["flags"][0] & 128 and not after["flags"][0] & 128
    assert header["n"] == 1
