# SPDX-License-Identifier: Apache-2.0
"""A client of the Rollbar API, and payloads to send with it."""
from urllib.parse import urlencode

import requests


class Rollbar:
    """A client of /api/1 with one access token."""

    def __init__(self, url, token="any"):
        self.url, self.token = url + "/api/1", token
        self.session = requests.Session()
        self.session.trust_env = False

    def ask(self, method, path, **options):
        headers = {"X-Rollbar-Access-Token": self.token, **options.pop("headers", {})}
        return self.session.request(method, self.url + path, headers=headers, timeout=60, **options)

    def send(self, data, **options):
        return self.ask("POST", "/item/", json={"data": data}, **options)

    def result(self, method, path, **options):
        answer = self.ask(method, path, **options)
        assert answer.status_code == 200, (answer.status_code, answer.text)
        body = answer.json()
        assert body["err"] == 0, body
        return body["result"]

    def items(self, **query):
        return self.result("GET", "/items/?" + urlencode(query, doseq=True))["items"]


def message(text="Hello World!", **members):
    return {"environment": "production", "body": {"message": {"body": text}}, **members}


def error(name="ZeroDivisionError", text="division by zero", line=71, **members):
    frames = [{"filename": "/srv/app.py", "lineno": line, "method": "home"}]
    return {"environment": "production", "language": "python 3.11.2", "framework": "flask",
            "body": {"trace": {"frames": frames, "exception": {"class": name, "message": text}}},
            **members}
