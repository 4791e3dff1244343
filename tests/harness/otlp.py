# SPDX-License-Identifier: Apache-2.0
"""OTLP requests, written once as JSON and encoded as JSON or protobuf.

The protobuf encoder is our own on purpose: the server's tests use another one, and real clients
(tests/conformance) a third.
"""
import base64
import gzip
import json
import os
import struct
import time
import zlib

import zstandard

PATHS = {"traces": "/v1/traces", "logs": "/v1/logs", "metrics": "/v1/metrics"}
METHODS = {
    "traces": "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
    "logs": "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
    "metrics": "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
}
JSON_TYPE, PROTOBUF_TYPE = "application/json", "application/x-protobuf"

# message -> JSON name -> (field number, kind); a kind that is a key here is a message.
MESSAGES = {
    "traces": {"resourceSpans": (1, "ResourceSpans")},
    "logs": {"resourceLogs": (1, "ResourceLogs")},
    "metrics": {"resourceMetrics": (1, "ResourceMetrics")},
    "ResourceSpans": {"resource": (1, "Resource"), "scopeSpans": (2, "ScopeSpans"),
                      "schemaUrl": (3, "string")},
    "ResourceLogs": {"resource": (1, "Resource"), "scopeLogs": (2, "ScopeLogs")},
    "ResourceMetrics": {"resource": (1, "Resource"), "scopeMetrics": (2, "ScopeMetrics")},
    "Resource": {"attributes": (1, "KeyValue")},
    "ScopeSpans": {"scope": (1, "Scope"), "spans": (2, "Span")},
    "ScopeLogs": {"scope": (1, "Scope"), "logRecords": (2, "LogRecord")},
    "ScopeMetrics": {"scope": (1, "Scope"), "metrics": (2, "Metric")},
    "Scope": {"name": (1, "string"), "version": (2, "string"), "attributes": (3, "KeyValue")},
    "KeyValue": {"key": (1, "string"), "value": (2, "AnyValue")},
    "AnyValue": {"stringValue": (1, "string"), "boolValue": (2, "varint"),
                 "intValue": (3, "varint"), "doubleValue": (4, "double"),
                 "arrayValue": (5, "ArrayValue"), "kvlistValue": (6, "KeyValueList"),
                 "bytesValue": (7, "base64")},
    "ArrayValue": {"values": (1, "AnyValue")},
    "KeyValueList": {"values": (1, "KeyValue")},
    "Span": {"traceId": (1, "hex"), "spanId": (2, "hex"), "traceState": (3, "string"),
             "parentSpanId": (4, "hex"), "name": (5, "string"), "kind": (6, "varint"),
             "startTimeUnixNano": (7, "fixed64"), "endTimeUnixNano": (8, "fixed64"),
             "attributes": (9, "KeyValue"), "events": (11, "Event"), "links": (13, "Link"),
             "status": (15, "Status"), "flags": (16, "fixed32")},
    "Event": {"timeUnixNano": (1, "fixed64"), "name": (2, "string"),
              "attributes": (3, "KeyValue")},
    "Link": {"traceId": (1, "hex"), "spanId": (2, "hex"), "attributes": (4, "KeyValue")},
    "Status": {"message": (2, "string"), "code": (3, "varint")},
    "LogRecord": {"timeUnixNano": (1, "fixed64"), "severityNumber": (2, "varint"),
                  "severityText": (3, "string"), "body": (5, "AnyValue"),
                  "attributes": (6, "KeyValue"), "traceId": (9, "hex"), "spanId": (10, "hex"),
                  "observedTimeUnixNano": (11, "fixed64")},
    "Metric": {"name": (1, "string"), "unit": (3, "string"), "gauge": (5, "Gauge"),
               "sum": (7, "Sum"), "histogram": (9, "Histogram")},
    "Gauge": {"dataPoints": (1, "NumberDataPoint")},
    "Sum": {"dataPoints": (1, "NumberDataPoint"), "aggregationTemporality": (2, "varint"),
            "isMonotonic": (3, "varint")},
    "Histogram": {"dataPoints": (1, "HistogramDataPoint"),
                  "aggregationTemporality": (2, "varint")},
    "NumberDataPoint": {"timeUnixNano": (3, "fixed64"), "asDouble": (4, "double"),
                        "asInt": (6, "fixed64"), "attributes": (7, "KeyValue")},
    "HistogramDataPoint": {"timeUnixNano": (3, "fixed64"), "count": (4, "fixed64"),
                           "sum": (5, "double"), "bucketCounts": (6, "packed_fixed64"),
                           "explicitBounds": (7, "packed_double"),
                           "attributes": (9, "KeyValue")},
}


def varint(number):
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def delimited(number, payload):
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def encode_field(number, kind, value):
    if kind in MESSAGES:
        return delimited(number, encode_message(kind, value))
    if kind == "string":
        return delimited(number, value if isinstance(value, bytes) else value.encode())
    if kind == "hex":
        return delimited(number, bytes.fromhex(value))
    if kind == "base64":
        return delimited(number, base64.b64decode(value))
    if kind == "varint":
        return varint(number << 3) + varint(int(value))
    if kind == "fixed32":
        return varint(number << 3 | 5) + struct.pack("<I", int(value))
    if kind == "double":
        return varint(number << 3 | 1) + struct.pack("<d", float(value))
    if kind == "packed_fixed64":
        return delimited(number, b"".join(struct.pack("<Q", int(v)) for v in value))
    if kind == "packed_double":
        return delimited(number, b"".join(struct.pack("<d", v) for v in value))
    return varint(number << 3 | 1) + struct.pack("<Q", int(value) & (1 << 64) - 1)


def encode_message(kind, message):
    out = []
    for name, value in message.items():
        number, field_kind = MESSAGES[kind][name]
        repeated = isinstance(value, list) and not field_kind.startswith("packed")
        out += [encode_field(number, field_kind, v) for v in (value if repeated else [value])]
    return b"".join(out)


def as_protobuf(signal, request):
    return encode_message(signal, request)


def as_json(_signal, request):
    return json.dumps(request).encode()


ENCODERS = {PROTOBUF_TYPE: as_protobuf, JSON_TYPE: as_json}


def raw_deflate_zlib(body):
    return zlib.compress(body)


COMPRESSORS = {"identity": bytes, "gzip": gzip.compress, "deflate": raw_deflate_zlib,
               "zstd": lambda body: zstandard.ZstdCompressor().compress(body)}


def any_value(value):
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, list):
        return {"arrayValue": {"values": [any_value(v) for v in value]}}
    if isinstance(value, dict):
        return {"kvlistValue": {"values": attributes(value)}}
    return {"stringValue": value}


def attributes(values):
    return [{"key": key, "value": any_value(value)} for key, value in values.items()]


def now_ns():
    return time.time_ns()


def new_id(byte_count):
    return os.urandom(byte_count).hex()


def span(name="work", duration_ms=5, fields=None, **members):
    end = now_ns()
    return {"traceId": new_id(16), "spanId": new_id(8), "name": name, "kind": 2,
            "startTimeUnixNano": str(end - int(duration_ms * 1e6)), "endTimeUnixNano": str(end),
            "attributes": attributes(fields or {}), **members}


def log_record(body="hello", fields=None, **members):
    return {"timeUnixNano": str(now_ns()), "severityNumber": 9, "severityText": "INFO",
            "body": any_value(body), "attributes": attributes(fields or {}), **members}


def gauge(name="load", value=1.5, fields=None):
    point = {"timeUnixNano": str(now_ns()), "asDouble": value,
             "attributes": attributes(fields or {})}
    return {"name": name, "gauge": {"dataPoints": [point]}}


def traces(service, spans, scope=None, resource=None):
    return {"resourceSpans": [{"resource": {"attributes": attributes(
        {"service.name": service, **(resource or {})})},
        "scopeSpans": [{"scope": scope or {"name": "tests"}, "spans": spans}]}]}


def logs(service, records):
    return {"resourceLogs": [{"resource": {"attributes": attributes({"service.name": service})},
                              "scopeLogs": [{"scope": {"name": "tests"}, "logRecords": records}]}]}


def metrics(service, points):
    return {"resourceMetrics": [{
        "resource": {"attributes": attributes({"service.name": service})},
        "scopeMetrics": [{"scope": {"name": "tests"}, "metrics": points}]}]}


def sample(signal, service, how_many):
    """A request of that signal that becomes how_many events."""
    if signal == "traces":
        return traces(service, [span(fields={"n": i}) for i in range(how_many)])
    if signal == "logs":
        return logs(service, [log_record(fields={"n": i}) for i in range(how_many)])
    # Points with equal attributes and second become one event: these differ.
    return metrics(service, [gauge(fields={"n": i}) for i in range(how_many)])


def post(api, signal, request, media=PROTOBUF_TYPE, encoding="identity", chunked=False, **headers):
    """Sends a request as a well-behaved exporter does; api is a harness.honeycomb.Api."""
    body = COMPRESSORS[encoding](ENCODERS[media](signal, request))
    named = {"Content-Type": media, **({"Content-Encoding": encoding} if encoding != "identity"
                                       else {}), **headers}
    data = (body[i:i + 700] for i in range(0, len(body), 700)) if chunked else body
    return api.post(PATHS[signal], data=data, headers=named)


def read_varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def read_fields(data):
    """Field number -> last value of a flat protobuf message (varints and bytes)."""
    fields, at = {}, 0
    while at < len(data):
        tag, at = read_varint(data, at)
        if tag & 7 == 0:
            fields[tag >> 3], at = read_varint(data, at)
        elif tag & 7 == 2:
            length, at = read_varint(data, at)
            fields[tag >> 3] = data[at:at + length]
            at += length
        else:
            raise ValueError(f"unexpected wire type {tag & 7}")
    return fields


def read_status(answer):
    """google.rpc.Status of an error answer as (code, message), whatever its encoding."""
    if answer.headers.get("Content-Type", "").startswith(JSON_TYPE):
        status = answer.json()
        return status.get("code", 0), status.get("message", "")
    fields = read_fields(answer.content)
    return fields.get(1, 0), fields.get(2, b"").decode()
