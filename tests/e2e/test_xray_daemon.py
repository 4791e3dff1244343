# SPDX-License-Identifier: Apache-2.0
"""The daemon's socket and PutTraceSegments: what becomes of documents, good ones and bad ones."""
import json
import time

import pytest

from harness import xray
from harness.honeycomb import Api
from harness.server import Server

LARGEST_DATAGRAM = 65_507  # What IPv4 and UDP leave of 64 KiB.


@pytest.fixture
def daemon(server):
    daemon = xray.Daemon(server.xray_address)
    yield daemon
    daemon.close()


def only(rows):
    row, = rows
    return {k: v for k, v in row.items() if k != "COUNT" and v is not None}


def test_a_datagram_becomes_events(api, daemon, dataset):
    call = xray.subsegment("DynamoDB", namespace="aws",
                           aws={"operation": "GetItem", "table_name": "games"})
    document = xray.segment(dataset, fault=True, annotations={"tier": "free", "age": 29},
                            http={"request": {"method": "GET", "url": "http://shop/cart?id=1"},
                                  "response": {"status": 500}}, subsegments=[call])

    daemon.send(document)

    assert api.wait_for_count(dataset, 2) == 2
    root = only(api.values(dataset, "trace.trace_id", "http.target", "http.status_code", "error",
                           "aws.xray.fault", "annotation.tier", "annotation.age", "span.kind",
                           filters=[("trace.span_id", "=", document["id"])]))
    assert root == {"trace.trace_id": document["trace_id"][2:].replace("-", ""),
                    "http.target": "/cart?id=1", "http.status_code": 500, "error": True,
                    "aws.xray.fault": True, "annotation.tier": "free", "annotation.age": 29,
                    "span.kind": "server"}
    child = only(api.values(dataset, "name", "trace.parent_id", "aws.operation",
                            "aws.xray.node.name", "aws.xray.node.type", "service.name",
                            filters=[("trace.span_id", "=", call["id"])]))
    assert child == {"name": "DynamoDB", "trace.parent_id": document["id"],
                     "aws.operation": "GetItem", "aws.xray.node.name": "games",
                     "aws.xray.node.type": "AWS::DynamoDB::Table", "service.name": dataset}


def test_put_trace_segments_stores_before_it_answers(api, server, dataset):
    answer = xray.put_segments(server.url, xray.segment(dataset), xray.segment(dataset))

    assert answer.status_code == 200
    assert answer.json() == {"UnprocessedTraceSegments": []}
    assert answer.headers["x-amzn-RequestId"]
    assert api.count(dataset) == 2


def test_bad_documents_are_told_of_and_the_good_ones_stored(api, server, dataset):
    bad = xray.segment(dataset)
    bad["trace_id"] = "1-5"

    answer = xray.put_segments(server.url, "{", xray.segment(dataset), bad, "{}")

    assert answer.json()["UnprocessedTraceSegments"] == [
        {"ErrorCode": "ParseError", "Message": "Invalid segment. ErrorCode: ParseError"},
        {"Id": bad["id"], "ErrorCode": "InvalidTraceId",
         "Message": "Invalid segment. ErrorCode: InvalidTraceId"},
        {"ErrorCode": "MissingId", "Message": "Invalid segment. ErrorCode: MissingId"}]
    assert api.count(dataset) == 1


@pytest.mark.parametrize("body", ["", "nonsense", "[]", '{"TraceSegmentDocuments": 7}'])
def test_a_body_of_another_shape_is_an_invalid_request(server, api, body):
    answer = api.post("/TraceSegments", data=body)

    assert answer.status_code == 400
    assert answer.headers["x-amzn-ErrorType"] == "InvalidRequestException"
    assert answer.json()["Message"]


def test_a_request_sent_again_after_a_lost_answer_is_stored_once(api, server, dataset):
    document = xray.segment(dataset)

    assert xray.put_segments(server.url, document).status_code == 200
    assert xray.put_segments(server.url, document).status_code == 200

    assert api.count(dataset) == 1


def test_bad_datagrams_are_counted_by_reason(server, daemon, dataset):
    before = xray.metric(server.url, "xray_documents_rejected_total")
    accepted = xray.metric(server.url, "xray_documents_accepted_total")

    daemon.send_raw(b"no header")
    daemon.send("{}", header='{"format":"xml","version":1}')
    daemon.send("", header=xray.HEADER)
    daemon.send("{}")
    daemon.send(xray.segment(dataset))
    # Datagrams are stored in their order, so the good one is the last.
    seen = xray.wait_for_metric(server.url, "xray_documents_accepted_total", accepted + 1)

    assert seen == accepted + 1
    after = xray.metric(server.url, "xray_documents_rejected_total")
    grown = {reason: count - before.get(reason, 0) for reason, count in after.items()}
    assert {reason: count for reason, count in grown.items() if count} == {
        "BadHeader": 2, "NoDocument": 1, "MissingId": 1}


def test_the_largest_datagram_is_kept_whole(api, server, daemon, dataset):
    def document_of(text):
        return {**document, "metadata": {"default": {"text": text}}}

    document = xray.segment(dataset)
    room = LARGEST_DATAGRAM - len(f"{xray.HEADER}\n{json.dumps(document_of(''))}")
    document = document_of("x" * room)

    daemon.send(document)

    assert api.wait_for_count(dataset, 1) == 1
    answer = xray.call(server.url, "/Traces", {"TraceIds": [document["trace_id"]]}).json()
    segment, = answer["Traces"][0]["Segments"]
    assert json.loads(segment["Document"]) == document


def test_a_burst_of_twenty_thousand_datagrams_loses_none(tmp_path):
    with Server(tmp_path / "data") as server:
        daemon = xray.Daemon(server.xray_address)
        document = xray.segment("burst", metadata={"pad": {"pad": "x" * 300}})
        text = json.dumps(document)
        datagrams = [f"{xray.HEADER}\n{text.replace(document['id'], xray.new_id())}".encode()
                     for _ in range(20_000)]
        for datagram in datagrams:
            daemon.send_raw(datagram)
        daemon.close()

        stored = xray.wait_for_metric(server.url, "xray_documents_accepted_total", 20_000)

        assert stored == 20_000
        dropped = xray.metric(server.url, "xray_datagrams_dropped_total")
        assert set(dropped.values()) == {0}
        assert Api(server.url).count("burst") == 20_000


def test_what_was_stored_is_there_after_a_kill(tmp_path):
    with Server(tmp_path / "data") as server:
        daemon = xray.Daemon(server.xray_address)
        for _ in range(50):
            daemon.send(xray.segment("killed", subsegments=[xray.subsegment("inside")]))
        daemon.close()
        assert xray.wait_for_metric(server.url, "xray_documents_accepted_total", 50) == 50
        xray.put_segments(server.url, xray.segment("killed"))
        server.kill()
        server.start()

        assert Api(server.url).count("killed") == 101


def test_what_was_sent_before_a_stop_is_stored(tmp_path):
    with Server(tmp_path / "data") as server:
        daemon = xray.Daemon(server.xray_address)
        for _ in range(500):
            daemon.send(xray.segment("stopped"))
        daemon.close()
        assert server.stop() == 0
        server.start()

        assert Api(server.url).count("stopped") == 500


def test_strict_validation_refuses_what_aws_refuses(tmp_path):
    open_ended = {"name": "strict", "id": xray.new_id(), "trace_id": xray.new_trace_id(),
                  "start_time": time.time()}
    with Server(tmp_path / "strict", "--xray-validation", "strict") as strict, \
            Server(tmp_path / "lenient") as lenient:
        refused = xray.put_segments(strict.url, open_ended).json()["UnprocessedTraceSegments"]
        mended = xray.put_segments(lenient.url, open_ended).json()["UnprocessedTraceSegments"]

        assert [each["ErrorCode"] for each in refused] == ["MissingEndTime"]
        assert mended == []
        assert only(Api(lenient.url).values("strict", "aws.xray.repaired")) == {
            "aws.xray.repaired": "MissingEndTime"}
