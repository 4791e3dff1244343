# SPDX-License-Identifier: Apache-2.0
"""The backend of a tutorial, reporting to Rollbar the way the tutorial sets it up.

Usage: rollbar_app.py PORT TOKEN ENDPOINT
"""
import os
import sys

import rollbar
import rollbar.contrib.flask
from flask import Flask, got_request_exception, request

app = Flask(__name__)

with app.app_context():
    rollbar.init(
        sys.argv[2],
        "production",
        root=os.path.dirname(os.path.realpath(__file__)),
        allow_logging_basic_config=False,
        endpoint=sys.argv[3],
    )
    got_request_exception.connect(rollbar.contrib.flask.report_exception, app)


@app.route("/rollbar/test")
def rollbar_test():
    rollbar.report_message("Hello World!", "warning")
    return "Hello World!"


@app.route("/api/activities/<uuid>")
def show(uuid):
    return ShowActivity.run(uuid)  # noqa: F821  The bug of the tutorial: no such name.


@app.route("/api/divide/<int:by>")
def divide(by):
    handle = "andrew"  # A local that the report shows.
    return f"{handle} {1 // by}"


@app.route("/api/chained")
def chained():
    try:
        {}["user_handle"]
    except KeyError as cause:
        raise ValueError("no such user") from cause


class Zażółć(Exception):
    pass


@app.route("/api/unicode")
def in_unicode():
    gęślą = "jaźń 🖖"
    raise Zażółć(f"kaboom: {gęślą}")


@app.route("/api/person")
def with_person():
    request.rollbar_person = {"id": "7", "username": "worf", "email": "worf@example.org"}
    raise RuntimeError("with honor")


@app.route("/ready")
def ready():
    return "yes"


app.run(port=int(sys.argv[1]), threaded=True)
