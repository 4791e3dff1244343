# SPDX-License-Identifier: Apache-2.0
"""OTLP over HTTP: what is accepted, and how each refusal is worded."""
import json

import pytest

from harness import otlp
from harness.otlp import JSON_TYPE, PROTOBUF_TYPE

SIGNALS = ["traces", "logs", "metrics"]
MEDIA = [PROTOBUF_TYPE, JSON_TYPE]
INVALID_ARGUMENT = 3


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
@pytest.mark.parametrize("encoding", otlp.COMPRESSORS)
@pytest.mark.parametrize("media", MEDIA, ids=["protobuf", "json"])
@pytest.mark.parametrize("signal", SIGNALS)
def test_every_way_to_send_arrives(api, dataset, signal, media, encoding, chunked):
    request = otlp.sample(signal, dataset, 3)

    answer = otlp.post(api, signal, request, media, encoding, chunked,
                       **{"x-honeycomb-dataset": dataset})

    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == media
    assert answer.content == (b"{}" if media == JSON_TYPE else b"")
    assert api.count(dataset) == 3


@pytest.mark.parametrize("media", ["application/json; charset=utf-8", "APPLICATION/JSON"])
def test_media_types_compare_without_case_and_parameters(api, dataset, media):
    body = otlp.as_json("traces", otlp.sample("traces", dataset, 1))

    answer = api.post("/v1/traces", data=body, headers={"Content-Type": media})

    assert answer.status_code == 200, answer.text
    assert api.count(dataset) == 1


@pytest.mark.parametrize("path", ["/v1/traces/", "/", "/v1/traces/v1/traces",
                                  "/undefined/v1/traces"])
def test_paths_that_misset_exporters_use_are_taken(api, dataset, path):
    body = otlp.as_protobuf("traces", otlp.sample("traces", dataset, 2))

    answer = api.post(path, data=body, headers={"Content-Type": PROTOBUF_TYPE})

    assert answer.status_code == 200, answer.text
    assert api.count(dataset) == 2


@pytest.mark.parametrize("media,body", [(PROTOBUF_TYPE, b""), (JSON_TYPE, b"{}")])
@pytest.mark.parametrize("signal", SIGNALS)
def test_an_empty_request_is_a_success(api, signal, media, body):
    answer = api.post(otlp.PATHS[signal], data=body, headers={"Content-Type": media})

    assert answer.status_code == 200, answer.text


BAD_BODIES = {
    "protobuf noise": (PROTOBUF_TYPE, b"\xff" * 40),
    "protobuf cut short": (PROTOBUF_TYPE, b"\x0a\xff\x01abc"),
    "protobuf of an old web page": (PROTOBUF_TYPE, b"<html>no</html>"),
    "json noise": (JSON_TYPE, b"\xff\xfe\x00"),
    "json cut short": (JSON_TYPE, b'{"resourceSpans":[{'),
    "json of another shape": (JSON_TYPE, b'[1,2,3]'),
    "json with a wrong type": (JSON_TYPE, b'{"resourceSpans":"none"}'),
    "json nested deep": (JSON_TYPE, b'{"resourceSpans":' + b"[" * 50_000 + b"]" * 50_000 + b"}"),
}


@pytest.mark.parametrize("signal", SIGNALS)
@pytest.mark.parametrize("kind", BAD_BODIES)
def test_a_malformed_body_is_400_with_a_status_in_its_own_encoding(api, signal, kind):
    media, body = BAD_BODIES[kind]
    body = body.replace(b"resourceSpans", f"resource{signal.title()}".encode()
                        if signal != "traces" else b"resourceSpans")

    answer = api.post(otlp.PATHS[signal], data=body, headers={"Content-Type": media})

    assert answer.status_code == 400, answer.text
    assert answer.headers["Content-Type"] == media
    code, message = otlp.read_status(answer)
    assert code == INVALID_ARGUMENT
    assert message


def test_deeply_nested_protobuf_values_are_refused_or_flattened_not_a_crash(api, dataset):
    value = b""
    for _ in range(20_000):
        value = otlp.delimited(5, otlp.delimited(1, value))
    attribute = otlp.delimited(9, otlp.delimited(1, b"deep") + otlp.delimited(2, value))
    whole = otlp.delimited(1, otlp.delimited(2, otlp.delimited(2, attribute)))

    answer = api.post("/v1/traces", data=whole, headers={"Content-Type": PROTOBUF_TYPE})

    assert answer.status_code in (200, 400)
    assert api.get("/healthz").status_code == 200


@pytest.mark.parametrize("encoding", ["gzip", "zstd", "deflate"])
def test_a_corrupt_compressed_body_is_400(api, dataset, encoding):
    good = otlp.as_protobuf("traces", otlp.sample("traces", dataset, 3))
    body = otlp.COMPRESSORS[encoding](good)[:-9]
    headers = {"Content-Type": PROTOBUF_TYPE, "Content-Encoding": encoding}

    answer = api.post("/v1/traces", data=body, headers=headers)

    assert answer.status_code == 400
    assert otlp.read_status(answer)[0] == INVALID_ARGUMENT
    assert api.count(dataset) == 0


def test_an_unknown_content_encoding_is_400(api):
    headers = {"Content-Type": PROTOBUF_TYPE, "Content-Encoding": "br"}

    answer = api.post("/v1/traces", data=b"abc", headers=headers)

    assert answer.status_code == 400
    assert "br" in otlp.read_status(answer)[1]


@pytest.mark.parametrize("media", [None, "text/plain", "application/xml", "application/msgpack"])
def test_another_media_type_is_415(api, media):
    headers = {"Content-Type": media} if media else {}

    answer = api.post("/v1/traces", data=b"abc", headers=headers)

    assert answer.status_code == 415
    assert PROTOBUF_TYPE in answer.text and JSON_TYPE in answer.text


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("signal", SIGNALS)
def test_another_method_is_405(api, signal, method):
    answer = api.session.request(method, api.url + otlp.PATHS[signal], timeout=10)

    assert answer.status_code == 405
    assert "POST" in answer.headers.get("Allow", "")


def test_an_unknown_signal_is_404(api):
    answer = api.post("/v1/nothing", data=b"", headers={"Content-Type": PROTOBUF_TYPE})

    assert answer.status_code == 404


def test_one_bad_span_is_reported_and_the_others_are_kept(api, dataset):
    spans = [otlp.span("good"), otlp.span("bad", traceId="abcd"), otlp.span("good")]

    answer = otlp.post(api, "traces", otlp.traces(dataset, spans))

    assert answer.status_code == 200, answer.content
    partial = otlp.read_fields(otlp.read_fields(answer.content)[1])
    assert partial[1] == 1
    assert partial[2]
    assert api.count(dataset) == 2


def test_one_bad_span_is_reported_in_json_as_a_string_number(api, dataset):
    spans = [otlp.span("good"), otlp.span("bad", spanId="zz")]

    answer = otlp.post(api, "traces", otlp.traces(dataset, spans), JSON_TYPE)

    assert answer.status_code == 200, answer.content
    partial = answer.json()["partialSuccess"]
    assert int(partial["rejectedSpans"]) == 1
    assert partial["errorMessage"]
    assert api.count(dataset) == 1


def test_json_as_lenient_exporters_write_it(api, dataset):
    body = {"resource_spans": [{
        "resource": {"attributes": [{"key": "service.name", "value": {"string_value": dataset}}]},
        "scope_spans": [{"unknown": [{}], "spans": [{
            "trace_id": "5B8EFFF798038103D269B633813FC60C", "span_id": "EEE19B7EC3C1B174",
            "name": "loose", "kind": "SPAN_KIND_CLIENT", "parent_span_id": None,
            "start_time_unix_nano": otlp.now_ns(), "end_time_unix_nano": str(otlp.now_ns()),
            "status": {"code": "STATUS_CODE_ERROR"},
            "attributes": [{"key": "big", "value": {"int_value": 1099511627776}}]}]}]}]}

    answer = api.post("/v1/traces", json=body)

    assert answer.status_code == 200, answer.text
    row, = api.values(dataset, "trace.trace_id", "span.kind", "status_code", "big")
    assert row["trace.trace_id"] == "5b8efff798038103d269b633813fc60c"
    assert (row["span.kind"], row["status_code"], row["big"]) == ("client", 2, 1099511627776)


def test_bytes_that_are_not_utf8_are_replaced_not_refused(api, dataset):
    bad = otlp.span("work", fields={"note": b"caf\xe9"})
    request = otlp.traces(dataset, [bad])

    answer = otlp.post(api, "traces", request)

    assert answer.status_code == 200, answer.text
    assert api.values(dataset, "note")[0]["note"] == "caf�"


def test_a_body_over_the_limit_is_413(api, dataset):
    body = otlp.as_protobuf("traces", otlp.traces(dataset, [otlp.span("x" * 70_000_000)]))

    answer = api.post("/v1/traces", data=body, headers={"Content-Type": PROTOBUF_TYPE})

    assert answer.status_code == 413
    assert api.count(dataset) == 0


@pytest.mark.parametrize("encoding", ["gzip", "zstd", "deflate"])
def test_a_compressed_bomb_is_413_and_costs_bounded_memory(server, api, encoding):
    bomb = otlp.COMPRESSORS[encoding](b"\0" * 400_000_000)
    before = server.resident_bytes()
    headers = {"Content-Type": PROTOBUF_TYPE, "Content-Encoding": encoding}

    answers = [api.post("/v1/traces", data=bomb, headers=headers) for _ in range(3)]

    assert [a.status_code for a in answers] == [413] * 3
    # One request may hold the limit of 64 MiB for a moment, never what the bomb unpacks to.
    assert server.resident_bytes() - before < 200_000_000


def test_errors_are_readable_json_when_the_encoding_is_unknown(api):
    answer = api.post("/v1/nothing", data=b"x", headers={"Content-Type": "text/plain"})

    assert answer.status_code == 404
    assert json.loads(answer.text)


class TestCors:
    ORIGIN = "https://shop.example"

    @pytest.mark.parametrize("path", [*otlp.PATHS.values(), "/1/events/web", "/1/batch/web"])
    def test_a_preflight_allows_what_the_browser_asks_for(self, api, path):
        asked = "content-type,traceparent,x-honeycomb-team"

        answer = api.session.options(api.url + path, timeout=10, headers={
            "Origin": self.ORIGIN, "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": asked})

        assert answer.status_code == 204
        assert answer.headers["Access-Control-Allow-Origin"] == self.ORIGIN
        assert "Origin" in answer.headers["Vary"]
        assert "POST" in answer.headers["Access-Control-Allow-Methods"]
        allowed = answer.headers["Access-Control-Allow-Headers"].lower().replace(" ", "")
        assert set(asked.split(",")) <= set(allowed.split(","))
        assert answer.headers["Access-Control-Allow-Credentials"] == "true"
        assert int(answer.headers["Access-Control-Max-Age"]) > 0

    def test_a_preflight_from_a_public_page_to_this_machine_is_allowed(self, api):
        answer = api.session.options(api.url + "/v1/traces", timeout=10, headers={
            "Origin": self.ORIGIN, "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Private-Network": "true"})

        assert answer.headers["Access-Control-Allow-Private-Network"] == "true"

    def test_success_and_failure_both_show_themselves_to_the_page(self, api, dataset):
        good = otlp.post(api, "traces", otlp.sample("traces", dataset, 1), JSON_TYPE,
                         Origin=self.ORIGIN)
        bad = api.post("/v1/traces", data=b"{", headers={"Content-Type": JSON_TYPE,
                                                         "Origin": self.ORIGIN})

        assert (good.status_code, bad.status_code) == (200, 400)
        for answer in (good, bad):
            assert answer.headers["Access-Control-Allow-Origin"] == self.ORIGIN
