# SPDX-License-Identifier: Apache-2.0
"""The week's four integrations, set up as the tutorial does; the environment aims each of them.

Honeycomb       OTEL_SERVICE_NAME, OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS
X-Ray           AWS_XRAY_URL (a wildcard for dynamic naming), AWS_XRAY_DAEMON_ADDRESS
Rollbar         ROLLBAR_ACCESS_TOKEN; ROLLBAR_ENDPOINT, since the SDK reads no variable itself
CloudWatch Logs AWS_DEFAULT_REGION, AWS_ACCESS_KEY_ID, …; AWS_ENDPOINT_URL_CLOUDWATCH_LOGS

One thing the tutorial does not have: with OTEL_PYTHON_LOG_CORRELATION=true each line ends in the
ids of its trace and span, which is what joins lines to traces.
"""
import logging
import os
from time import strftime

import rollbar
import rollbar.contrib.flask
import watchtower
from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.ext.flask.middleware import XRayMiddleware
from flask import got_request_exception, request
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

ROLLBAR_ENDPOINT = "https://api.rollbar.com/api/1/"

LOGGER = logging.getLogger("cruddur")


def trace_with_opentelemetry(app):
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    FlaskInstrumentor().instrument_app(app)
    RequestsInstrumentor().instrument()


def trace_with_xray(app):
    xray_recorder.configure(service="backend-flask",
                            dynamic_naming=os.environ.get("AWS_XRAY_URL"))
    XRayMiddleware(app, xray_recorder)


def report_to_rollbar(app):
    with app.app_context():
        rollbar.init(os.environ["ROLLBAR_ACCESS_TOKEN"], "production",
                     root=os.path.dirname(os.path.realpath(__file__)),
                     allow_logging_basic_config=False,
                     endpoint=os.environ.get("ROLLBAR_ENDPOINT", ROLLBAR_ENDPOINT))
        got_request_exception.connect(rollbar.contrib.flask.report_exception, app)


class LineWithIds(logging.Formatter):
    def format(self, record):
        span = trace.get_current_span().get_span_context()
        ids = f" trace_id={span.trace_id:032x} span_id={span.span_id:016x}"
        return super().format(record) + (ids if span.is_valid else "")


def log_to_cloudwatch(app):
    LOGGER.setLevel(logging.DEBUG)
    LOGGER.addHandler(logging.StreamHandler())
    to_cloudwatch = watchtower.CloudWatchLogHandler(log_group_name="cruddur")
    if os.environ.get("OTEL_PYTHON_LOG_CORRELATION") == "true":
        to_cloudwatch.setFormatter(LineWithIds())
    LOGGER.addHandler(to_cloudwatch)
    LOGGER.info("some message")

    @app.after_request
    def log_request(response):
        LOGGER.error("%s %s %s %s %s %s", strftime("[%Y-%b-%d %H:%M]"), request.remote_addr,
                     request.method, request.scheme, request.full_path, response.status)
        return response


def instrument(app):
    trace_with_opentelemetry(app)
    trace_with_xray(app)
    report_to_rollbar(app)
    log_to_cloudwatch(app)
