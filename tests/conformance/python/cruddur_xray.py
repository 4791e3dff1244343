# SPDX-License-Identifier: Apache-2.0
"""The tutorial's backend with the X-Ray SDK, which finds the daemon by AWS_XRAY_DAEMON_ADDRESS.

Usage: cruddur_xray.py PORT    Ends on SIGTERM.
"""
import os
import signal
import sys
from datetime import datetime, timezone

import requests
from aws_xray_sdk.core import patch, xray_recorder
from aws_xray_sdk.ext.flask.middleware import XRayMiddleware
from flask import Flask, request

app = Flask(__name__)
xray_recorder.configure(service="backend-flask", dynamic_naming=os.environ.get("AWS_XRAY_URL"))
XRayMiddleware(app, xray_recorder)
patch(["requests"])


@app.route("/api/activities/home")
@xray_recorder.capture("activities_home")
def home():
    xray_recorder.current_subsegment().put_annotation("result_length", 3)
    return [{"handle": handle} for handle in ("Andrew Brown", "Worf", "Garek")]


@app.route("/api/activities/@<handle>")
@xray_recorder.capture("activities_users")
def user(handle):
    xray_recorder.current_segment().set_user(handle)
    subsegment = xray_recorder.begin_subsegment("mock-data")
    results = {"now": datetime.now(timezone.utc).isoformat(), "results-size": 1}
    subsegment.put_metadata("key", results, "namespace")
    xray_recorder.end_subsegment()
    return [{"handle": handle}]


@app.route("/api/activities/search")
def search():
    found = requests.get(request.host_url + "api/activities/home", timeout=10).json()
    return [found[0]]


@app.route("/api/activities/many")
def many():
    for number in range(40):
        with xray_recorder.in_subsegment(f"step-{number}"):
            pass
    return []


@app.route("/api/activities/<uuid>")
@xray_recorder.capture("activities_show")
def show(uuid):
    return ShowActivity.run(uuid)  # noqa: F821  The bug of the tutorial: no such name.


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
app.run(port=int(sys.argv[1]), threaded=True)
