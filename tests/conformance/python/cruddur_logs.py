# SPDX-License-Identifier: Apache-2.0
"""A small backend that logs to CloudWatch the way a tutorial has it.

Usage: cruddur_logs.py LOG_GROUP    Serves three requests to itself, then ends as Flask does.
"""
import logging
import sys
from time import strftime

import watchtower
from flask import Flask, request

app = Flask(__name__)

# Configuring Logger to Use CloudWatch
LOGGER = logging.getLogger(__name__)
LOGGER.setLevel(logging.DEBUG)
console_handler = logging.StreamHandler()
cw_handler = watchtower.CloudWatchLogHandler(log_group=sys.argv[1])
LOGGER.addHandler(console_handler)
LOGGER.addHandler(cw_handler)
LOGGER.info("some message")


@app.after_request
def after_request(response):
    timestamp = strftime('[%Y-%b-%d %H:%M]')
    LOGGER.error('%s %s %s %s %s %s', timestamp, request.remote_addr, request.method,
                 request.scheme, request.full_path, response.status)
    return response


@app.route("/api/activities/home")
def home():
    LOGGER.info({"event": "home", "user": {"id": request.headers.get("X-User")}, "items": 3})
    return [{"handle": "Andrew Brown", "message": "Cloud is very fun!"}]


client = app.test_client()
for user in ("bob", "andrew", "bob"):
    client.get("/api/activities/home", headers={"X-User": user})
logging.shutdown()
