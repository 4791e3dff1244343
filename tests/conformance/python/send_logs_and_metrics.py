# SPDX-License-Identifier: Apache-2.0
"""Sends log records and metrics with the official exporters, configured by OTEL_* only.

Usage: send_logs_and_metrics.py RECORDS
"""
import os
import sys
import time

from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader

if os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL") == "grpc":
    from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
else:
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter

records = int(sys.argv[1])

logs = LoggerProvider()
logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
logger = logs.get_logger("cruddur")
for i in range(records):
    logger.emit(LogRecord(
        timestamp=time.time_ns(), severity_number=SeverityNumber.WARN, severity_text="WARN",
        body=f"line {i}", attributes={"app.line": i}))
logs.shutdown()

metrics = MeterProvider([PeriodicExportingMetricReader(OTLPMetricExporter())])
meter = metrics.get_meter("cruddur")
counter = meter.create_counter("orders")
latency = meter.create_histogram("latency", unit="ms")
for i in range(30):
    counter.add(2, {"city": "Delft" if i % 3 == 0 else "Lyon"})
    latency.record(i, {"city": "Lyon"})
metrics.shutdown()
