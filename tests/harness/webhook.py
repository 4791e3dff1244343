# SPDX-License-Identifier: Apache-2.0
"""A web server that takes what it is posted."""
import http.server
import json
import queue
import threading


class _Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = self.server.statuses.pop(0) if self.server.statuses else 200
        self.server.posted.put((self.path, json.loads(body)))
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Webhook:
    """Use as a context manager. It answers `statuses`, then 200."""

    def __init__(self):
        self.statuses = []

    def __enter__(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Hook)
        self.server.statuses, self.server.posted = self.statuses, queue.Queue()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def url(self, path="/"):
        return f"http://127.0.0.1:{self.server.server_port}{path}"

    def take(self):
        """(path, body) of the next request, oldest first."""
        return self.server.posted.get(timeout=60)

    @property
    def is_idle(self):
        return self.server.posted.empty()
