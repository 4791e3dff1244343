# SPDX-License-Identifier: Apache-2.0
"""OTLP over gRPC, spoken by the official gRPC library with messages of our own."""
import grpc
import pytest

from harness import otlp

SIGNALS = ["traces", "logs", "metrics"]


@pytest.fixture(scope="module")
def channel(server):
    with grpc.insecure_channel(server.grpc_address) as opened:
        yield opened


def call(channel, method, body, metadata=(), **options):
    return channel.unary_unary(method)(body, timeout=60, metadata=metadata, **options)


def refusal(channel, method, body, **options):
    with pytest.raises(grpc.RpcError) as raised:
        call(channel, method, body, **options)
    return raised.value


@pytest.mark.parametrize("compression", [grpc.Compression.NoCompression, grpc.Compression.Gzip],
                         ids=["identity", "gzip"])
@pytest.mark.parametrize("signal", SIGNALS)
def test_every_signal_arrives(channel, api, dataset, signal, compression):
    body = otlp.as_protobuf(signal, otlp.sample(signal, dataset, 4))

    answer = call(channel, otlp.METHODS[signal], body, compression=compression,
                  metadata=[("x-honeycomb-dataset", dataset), ("x-honeycomb-team", "abc")])

    assert answer == b""
    assert api.count(dataset) == 4


@pytest.mark.parametrize("signal", SIGNALS)
def test_an_empty_request_is_a_success(channel, signal):
    assert call(channel, otlp.METHODS[signal], b"") == b""


@pytest.mark.parametrize("signal", SIGNALS)
def test_noise_is_an_invalid_argument(channel, signal):
    error = refusal(channel, otlp.METHODS[signal], b"\xff" * 40)

    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert error.details()


def test_an_unknown_method_is_unimplemented(channel):
    method = "/opentelemetry.proto.collector.trace.v1.TraceService/Import"

    assert refusal(channel, method, b"").code() == grpc.StatusCode.UNIMPLEMENTED


def test_one_bad_span_is_a_partial_success(channel, api, dataset):
    spans = [otlp.span("good"), otlp.span("bad", traceId="abcd")]

    answer = call(channel, otlp.METHODS["traces"],
                  otlp.as_protobuf("traces", otlp.traces(dataset, spans)))

    assert otlp.read_fields(otlp.read_fields(answer)[1])[1] == 1
    assert api.count(dataset) == 1


def test_a_message_over_the_limit_is_exhausted_without_retry(channel, api, dataset):
    body = otlp.as_protobuf("traces", otlp.traces(dataset, [otlp.span("x" * 70_000_000)]))

    error = refusal(channel, otlp.METHODS["traces"], body)

    assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert "grpc-status-details-bin" not in dict(error.trailing_metadata())
    assert api.count(dataset) == 0


def test_the_health_service_says_serving(channel):
    serving = bytes([0x08, 0x01])

    assert call(channel, "/grpc.health.v1.Health/Check", b"") == serving


def test_many_calls_at_once_all_arrive(channel, api, dataset):
    export = channel.unary_unary(otlp.METHODS["traces"])
    bodies = [otlp.as_protobuf("traces", otlp.sample("traces", dataset, 10)) for _ in range(200)]

    for pending in [export.future(body, timeout=60) for body in bodies]:
        assert pending.result() == b""

    assert api.count(dataset) == 2000
