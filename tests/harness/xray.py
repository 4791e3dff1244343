# SPDX-License-Identifier: Apache-2.0
"""Segment documents, the daemon's socket, and the X-Ray API without an SDK."""
import itertools
import json
import socket
import time

import requests

HEADER = '{"format":"json","version":1}'
_ids = itertools.count(1)


def new_id():
    return f"{next(_ids):016x}"


def new_trace_id(start=None):
    return f"1-{int(start or time.time()):08x}-{next(_ids):024x}"


def segment(name, **more):
    """A finished segment of 100 ms that ends now."""
    now = time.time()
    return {"name": name, "id": new_id(), "trace_id": new_trace_id(now), "start_time": now - 0.1,
            "end_time": now, **more}


def subsegment(name, **more):
    now = time.time()
    return {"name": name, "id": new_id(), "start_time": now - 0.08, "end_time": now - 0.02, **more}


class Daemon:
    """What an SDK is to the daemon at "host:port"."""

    def __init__(self, address):
        host, port = address.rsplit(":", 1)
        self.to = (host, int(port))
        self.url = f"http://{address}"
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def send_raw(self, datagram):
        self.socket.sendto(datagram, self.to)

    def send(self, document, header=HEADER):
        text = document if isinstance(document, str) else json.dumps(document)
        self.send_raw(f"{header}\n{text}".encode())

    def close(self):
        self.socket.close()


def put_segments(url, *documents, **options):
    texts = [d if isinstance(d, str) else json.dumps(d) for d in documents]
    return call(url, "/TraceSegments", {"TraceSegmentDocuments": texts}, **options)


def call(url, path, body=None, **options):
    session = requests.Session()
    session.trust_env = False
    return session.post(url + path, json={} if body is None else body, timeout=60, **options)


def metric(url, name):
    """A metric's value, or the values by label text when it has labels."""
    session = requests.Session()
    session.trust_env = False
    labelled = {}
    for line in session.get(url + "/metrics", timeout=60).text.splitlines():
        full, _, value = line.rpartition(" ")
        if full == f"tracery_{name}":
            return int(value)
        if full.startswith(f"tracery_{name}{{"):
            labelled[full.split('"')[1]] = int(value)
    return labelled


def wait_for_metric(url, name, expected):
    """Waits until a metric has reached a value, since datagrams have no answer."""
    give_up = time.monotonic() + 60
    while (seen := metric(url, name)) < expected and time.monotonic() < give_up:
        time.sleep(0.02)
    return seen
