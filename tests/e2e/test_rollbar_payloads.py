# SPDX-License-Identifier: Apache-2.0
"""Payloads of the shapes that Rollbar's SDKs send: taken, grouped, and given back as they came."""
import pytest

from harness.rollbar import Rollbar

GO_FRAMES = [{"filename": "/src/shop/cart.go", "lineno": 12, "method": "main.load.func1"},
             {"filename": "/src/shop/main.go", "lineno": 5, "method": "main.main"}]
PAYLOADS = {
    "go": ({
        "environment": "development", "title": "no such cart", "level": "error",
        "timestamp": 1700000000, "platform": "linux", "language": "go", "code_version": "1.4",
        "server": {"host": "h", "root": "/src/shop"},
        "notifier": {"name": "rollbar-go", "version": "1.4.8", "diagnostic": {"x": {}}},
        "body": {"telemetry": None, "trace_chain": [
            {"frames": GO_FRAMES, "exception": {"class": "*errors.errorString",
                                                "message": "no such cart"}}]},
    }, "no such cart", "error"),
    "ruby": ({
        "environment": "production", "level": "warning", "framework": "Rails: 7.1",
        "language": "ruby", "uuid": "6f9619ff-8b86-4011-b42d-00cf4fc964ff",
        "server": {"host": "h", "root": "/app", "pid": 7},
        "body": {"message": {"body": "slow cart", "extra": {"ms": 950.5}}},
        "context": "carts#show", "request": {"params": {"controller": "carts"}, "POST": {}},
    }, "slow cart", "warning"),
    "apple": ({
        "environment": "production", "platform": "ios", "language": "swift",
        "body": {"crash_report": {"raw": "Incident Identifier: 1234\nHardware Model: x\n"}},
    }, "Incident Identifier: 1234", "error"),
    "browser": ({
        "environment": "production", "level": "info", "platform": "browser",
        "framework": "browser-js", "language": "javascript", "server": {},
        "endpoint": "api.example.com/api/1/item/", "retries": 0, "_isUncaught": False,
        "request": {"url": "http://shop/", "query_string": "", "user_ip": "$remote_ip"},
        "client": {"runtime_ms": 12, "timestamp": 1700000000, "javascript": {
            "browser": "Mozilla/5.0", "screen": {"width": 1, "height": 2}, "plugins": []}},
        "body": {"message": {"body": "clicked", "extra": {"button": 3}},
                 "telemetry": [{"level": "info", "type": "dom", "source": "client",
                                "timestamp_ms": 1700000000000,
                                "body": {"subtype": "click", "element": "div > button"}}]},
        "attributes": [{"key": "session_id", "value": "s"}],
    }, "clicked", "info"),
    "failsafe": ({
        "environment": "production", "level": "error", "failsafe": True, "internal": True,
        "body": {"message": {"body": "Failsafe from pyrollbar: payload too large."}},
        "custom": {"orig_uuid": "u", "orig_host": "h"}, "notifier": {"name": "pyrollbar"},
    }, "Failsafe from pyrollbar: payload too large.", "error"),
    "unknown members": ({
        "environment": "production", "level": "loud", "timestamp": 1700000000123,
        "body": {"message": {"body": "x", "n": 1.0}, "more": [1]}, "Ünï": {"a": [None, True]},
        "person": {"id": 12, "plan": "gold", "email": None}, "fingerprint": 7,
    }, "x", "info"),
}


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_payload_comes_back_as_it_was_sent(server, dataset, name):
    account = Rollbar(server.url)
    made = account.result("POST", "/projects", json={"name": dataset})
    tokens = account.result("GET", f"/project/{made['id']}/access_tokens")
    post, read = (Rollbar(server.url, t["access_token"]) for t in
                  sorted(tokens, key=lambda t: t["name"]) if t["name"] in {"post_server_item",
                                                                           "read"})
    data, title, level = PAYLOADS[name]
    assert post.send(data).status_code == 200
    item, = read.items()
    assert (item["title"], item["level"], item["total_occurrences"]) == (title, level, 1)
    kept = read.result("GET", f"/instance/{item['last_occurrence_id']}")["data"]
    assert kept.pop("metadata")["customer_timestamp"] > 0
    assert kept == data


def test_the_order_of_go_s_frames_is_put_right_for_reading(server):
    client = Rollbar(server.url)
    client.send(PAYLOADS["go"][0])
    item, = client.items(query="no such cart", environment="development",
                         project_ids=[p["id"] for p in client.result("GET", "/projects")
                                      if p["name"] == "rollbar"])
    one = client.session.get(f"{server.url}/ui/api/v1/errors/{item['id']}/occurrences/latest",
                             timeout=60).json()
    assert [f["method"] for f in one["exceptions"][0]["frames"]] == ["main.main", "main.load.func1"]
    assert one["fields"]["code.function"] == "main.load.func1"
