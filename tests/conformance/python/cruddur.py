# SPDX-License-Identifier: Apache-2.0
"""A small backend, instrumented the way a tutorial has it; every setting comes from OTEL_*.

Usage: cruddur.py PORT    Ends on SIGTERM, after it has sent what it holds.
"""
import os
import signal
import sys
from datetime import datetime, timedelta, timezone

import requests
from flask import Flask, request
from opentelemetry import trace
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

if os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL") == "grpc":
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
else:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
tracer = trace.get_tracer("home.activities")

app = Flask(__name__)
FlaskInstrumentor().instrument_app(app)
RequestsInstrumentor().instrument()


def activity(handle, message, age):
    created = datetime.now(timezone.utc) - age
    return {"handle": handle, "message": message, "created_at": created.isoformat()}


@app.route("/api/activities/home")
def home():
    with tracer.start_as_current_span("home-activites-mock-data"):
        span = trace.get_current_span()
        span.set_attribute("app.now", datetime.now(timezone.utc).isoformat())
        span.set_attribute("app.user_id", request.headers.get("X-User", "andrewbrown"))
        results = [activity("Andrew Brown", "Cloud is very fun!", timedelta(days=2)),
                   activity("Worf", "I am out of prune juice", timedelta(days=7)),
                   activity("Garek", "My dear doctor, I am just simple tailor",
                            timedelta(hours=1))]
        span.set_attribute("app.result_length", len(results))
        return results


@app.route("/api/activities/@<handle>")
def user(handle):
    return [activity(handle, "Cloud is fun!", timedelta(days=1))]


@app.route("/api/activities/search")
def search():
    found = requests.get(request.host_url + "api/activities/home", timeout=10).json()
    return [found[0]]


@app.route("/api/activities/<uuid>")
def show(uuid):
    return ShowActivity.run(uuid)  # noqa: F821  The bug of the tutorial: no such name.


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
app.run(port=int(sys.argv[1]), threaded=True)
