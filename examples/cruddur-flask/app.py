# SPDX-License-Identifier: Apache-2.0
"""Cruddur's backend under Flask: the routes, instrumented the way the tutorial's week has it.

Usage: app.py PORT    Ends on SIGTERM, after its SDKs have sent what they hold.
CRUDDUR_SEED_BUGS=1 brings the tutorial's two bugs back: names that nobody defined.
"""
import os
import signal
import sys

import rollbar
from aws_xray_sdk.core import xray_recorder
from flask import Flask, request
from flask_cors import CORS
from opentelemetry import trace

import activities
import telemetry

HAS_SEED_BUGS = os.environ.get("CRUDDUR_SEED_BUGS") == "1"
ORIGINS = [url for url in (os.environ.get("FRONTEND_URL"), os.environ.get("BACKEND_URL")) if url]

app = Flask(__name__)
telemetry.instrument(app)
CORS(app, resources={r"/api/*": {"origins": ORIGINS}}, expose_headers="location,link",
     allow_headers=["content-type", "if-modified-since"], methods="OPTIONS,GET,HEAD,POST")
home_tracer = trace.get_tracer("home.activities")
notifications_tracer = trace.get_tracer("notifications.activities")


def answer(model):
    errors, data = model
    return (errors, 422) if errors is not None else (data, 200)


def traced_feed(tracer, span_name):
    with tracer.start_as_current_span(span_name) as span:
        now = activities.now_utc()
        span.set_attribute("app.now", now.isoformat())
        span.set_attribute("app.user_id", request.headers.get("X-User", activities.ACTING_USER))
        rows = activities.feed(now)
        span.set_attribute("app.result_length", len(rows))
        return rows


@app.get("/api/activities/home")
@xray_recorder.capture("activities_home")
def home():
    telemetry.LOGGER.info("Hello Cloudwatch! from  /api/activities/home")
    return answer((None, traced_feed(home_tracer, "home-activites-mock-data")))


@app.get("/api/activities/notifications")
def notifications():
    return answer((None, traced_feed(notifications_tracer, "notifications-activities-mock-data")))


@app.get("/api/activities/@<string:handle>")
@xray_recorder.capture("activities_users")
def of_user(handle):
    errors, rows = activities.of_user(handle)
    subsegment = xray_recorder.begin_subsegment("mock-data")
    if subsegment:
        subsegment.put_annotation("handle", handle)
        subsegment.put_metadata("key", {"now": activities.now_utc().isoformat(),
                                        "results-size": len(rows)}, "namespace")
    xray_recorder.end_subsegment()
    return answer((errors, rows))


@app.get("/api/activities/search")
def search():
    return answer(activities.search(request.args.get("term")))


@app.post("/api/activities")
def create():
    return answer(activities.create(request.json["message"], activities.ACTING_USER,
                                    request.json["ttl"]))


@app.get("/api/activities/<string:activity_uuid>")
@xray_recorder.capture("activities_show")
def show(activity_uuid):
    if HAS_SEED_BUGS:
        return answer(ShowActivity.run(activity_uuid))  # noqa: F821
    return answer(activities.show(activity_uuid))


@app.post("/api/activities/<string:activity_uuid>/reply")
def reply(activity_uuid):
    errors, data = activities.reply(request.json["message"], activities.ACTING_USER, activity_uuid)
    if errors and HAS_SEED_BUGS:
        data = {"handle": user_sender_handle}  # noqa: F821
    return answer((errors, data))


@app.get("/api/message_groups")
def message_groups():
    return answer(activities.message_groups())


@app.get("/api/messages/@<string:handle>")
def messages(handle):
    return answer(activities.messages(handle, request.args.get("user_reciever_handle")))


@app.post("/api/messages")
def create_message():
    return answer(activities.create_message(request.json["message"], activities.ACTING_USER,
                                            request.json["user_receiver_handle"]))


@app.get("/rollbar/test")
def rollbar_test():
    rollbar.report_message("Hello World!", "warning")
    return "Hello World!"


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    app.run(port=int(sys.argv[1]), threaded=True)
