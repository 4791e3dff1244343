# SPDX-License-Identifier: Apache-2.0
"""Rollbar's own SDKs, unmodified: for Python with a tutorial's Flask app, for Node and browsers."""
import json
import socket
import subprocess
import time
from pathlib import Path

import pytest
import requests

from harness.rollbar import Rollbar
from harness.server import ROOT, clean_environment

HERE = Path(__file__).parent
PYTHON = str(ROOT / ".venv/rollbar/bin/python")


@pytest.fixture(scope="module")
def account(server):
    return Rollbar(server.url)


def make_project(account, name):
    made = account.result("POST", "/projects", json={"name": name})
    tokens = account.result("GET", f"/project/{made['id']}/access_tokens")
    return {t["name"]: t["access_token"] for t in tokens}


def wait_for_occurrences(client, expected):
    """SDKs send from threads of their own."""
    give_up = time.monotonic() + 60
    while True:
        items = client.items()
        if sum(i["lifetime_occurrences"] for i in items) >= expected or time.monotonic() > give_up:
            return {i["title"]: i for i in items}
        time.sleep(0.05)


def newest(client, item):
    return client.result("GET", f"/instance/{item['last_occurrence_id']}")["data"]


class FlaskApp:
    def __init__(self, server, token, log):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.session = requests.Session()
        self.session.trust_env = False
        with open(log, "w", encoding="utf-8") as out:
            self.process = subprocess.Popen(
                [PYTHON, str(HERE / "python/rollbar_app.py"), str(self.port), token,
                 server.url + "/api/1/"], stdout=out, stderr=out, env=clean_environment())

    def get(self, path):
        return self.session.get(f"http://127.0.0.1:{self.port}{path}", timeout=30).status_code

    def __enter__(self):
        give_up = time.monotonic() + 60
        while True:
            try:
                assert self.get("/ready") == 200
                return self
            except requests.ConnectionError:
                assert self.process.poll() is None and time.monotonic() < give_up
                time.sleep(0.05)

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)


@pytest.fixture(scope="module")
def flask_project(server, account, tmp_path_factory):
    """The project that the Flask app reported to, and its tokens."""
    tokens = make_project(account, "backend-flask")
    log = tmp_path_factory.mktemp("flask") / "log"
    with FlaskApp(server, tokens["post_server_item"], log) as app:
        for _ in range(2):
            assert app.get("/rollbar/test") == 200
        for _ in range(3):
            assert app.get("/api/activities/26e12864") == 500
        for _ in range(2):
            assert app.get("/api/divide/0?x=1") == 500
        for path in ("/api/chained", "/api/unicode", "/api/person"):
            assert app.get(path) == 500
        assert app.get("/api/nowhere") == 404
        items = wait_for_occurrences(Rollbar(server.url, tokens["read"]), 10)
    return {"tokens": tokens, "items": items, "read": Rollbar(server.url, tokens["read"]),
            "write": Rollbar(server.url, tokens["write"])}


def test_the_flask_app_s_errors_are_grouped_and_counted(flask_project):
    counts = {title: i["total_occurrences"] for title, i in flask_project["items"].items()}
    assert counts == {
        "Hello World!": 2, "NameError: name 'ShowActivity' is not defined": 3,
        "ZeroDivisionError: integer division or modulo by zero": 2,
        "ValueError: no such user": 1, "Zażółć: kaboom: jaźń 🖖": 1, "RuntimeError: with honor": 1}
    assert flask_project["items"]["Hello World!"]["level"] == "warning"
    name_error = flask_project["items"]["NameError: name 'ShowActivity' is not defined"]
    assert (name_error["level"], name_error["framework"], name_error["environment"]) \
        == ("error", "flask", "production")


def test_the_flask_app_s_payloads_come_back_whole(flask_project):
    read, items = flask_project["read"], flask_project["items"]
    data = newest(read, items["ZeroDivisionError: integer division or modulo by zero"])
    frame = data["body"]["trace"]["frames"][-1]
    assert (frame["method"], frame["locals"]["handle"], frame["locals"]["by"]) \
        == ("divide", "andrew", 0)
    assert (data["context"], data["request"]["GET"]) == ("/api/divide/<int:by>", {"x": ["1"]})
    assert data["notifier"]["name"] == "pyrollbar"
    chain = newest(read, items["ValueError: no such user"])["body"]["trace_chain"]
    assert [t["exception"]["class"] for t in chain] == ["ValueError", "KeyError"]
    unicode = newest(read, items["Zażółć: kaboom: jaźń 🖖"])
    assert unicode["body"]["trace"]["frames"][-1]["locals"]["gęślą"] == "jaźń 🖖"
    assert newest(read, items["RuntimeError: with honor"])["person"]["id"] == "7"


def test_the_sdk_s_own_reader_finds_items_and_the_api_changes_them(server, flask_project):
    def search(title):
        ended = subprocess.run(
            [PYTHON, str(HERE / "python/rollbar_reader.py"), flask_project["tokens"]["read"],
             server.url + "/api/1/", title], capture_output=True, text=True, timeout=60,
            env=clean_environment(), check=False)
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout)

    found = search("Hello World")
    item, = found["items"]
    assert (found["page"], found["next"]) == (1, [])
    assert (item["title"], item["level"], item["status"]) == ("Hello World!", "warning", "active")
    changed = flask_project["write"].result("PATCH", f"/item/{item['id']}",
                                            json={"status": "resolved"})
    assert changed["status"] == "resolved" and search("Hello World")["items"] == []


def run_node(script, *arguments):
    ended = subprocess.run(["node", script, *map(str, arguments)], cwd=HERE / "node", text=True,
                           capture_output=True, timeout=180, env=clean_environment(), check=False)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def test_node_reports_errors_with_their_causes(server, account):
    tokens = make_project(account, "shop-node")
    answers = run_node("send_rollbar.mjs", server.url, tokens["post_server_item"])

    assert [a["problem"] for a in answers] == [None] * 5, answers
    read = Rollbar(server.url, tokens["read"])
    items = {i["title"]: i for i in read.items()}
    assert {title: i["total_occurrences"] for title, i in items.items()} == {
        "started": 1, "Error: could not load the cart": 3, "out of żółć 🖖": 1}
    cart = items["Error: could not load the cart"]
    assert (cart["framework"], cart["level"]) == ("node-js", "error")
    data = newest(read, cart)
    assert [t["exception"]["class"] for t in data["body"]["trace_chain"]] == ["Error", "TypeError"]
    assert data["custom"]["cart"] == 3 and data["person"]["username"] == "worf"
    related = account.session.get(
        f"{server.url}/ui/api/v1/trace/6f0c9d1b2a3e4f5061728394a5b6c7d8/related", timeout=60)
    assert len(related.json()["items"]) == 3


def test_a_browser_page_reports_across_origins(server, account):
    tokens = make_project(account, "shop-web")
    seen = run_node("browse.mjs", server.url, tokens["post_client_item"], 0, "rollbar_page.mjs",
                    "report")

    assert [a["problem"] for a in seen["results"]] == [None] * 2, seen
    posts = [a["status"] for a in seen["answers"] if a["method"] == "POST"]
    assert posts == [200] * 3
    read = Rollbar(server.url, tokens["read"])
    items = wait_for_occurrences(read, 3)
    assert set(items) == {"the page is slow", "RangeError: no such page",
                          "TypeError: clicked in vain"}
    data = newest(read, items["TypeError: clicked in vain"])
    assert (data["platform"], data["framework"]) == ("browser", "browser-js")
    assert data["client"]["javascript"]["code_version"] == "4f2c"
    assert data["metadata"]["user_ip"] == "127.0.0.1"
