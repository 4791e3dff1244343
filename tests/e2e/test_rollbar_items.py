# SPDX-License-Identifier: Apache-2.0
"""Rollbar's intake and its items API, over the wire."""
import gzip
import json
import time
import uuid

import pytest
import requests

from harness.rollbar import Rollbar, error, message
from harness.server import Server


@pytest.fixture
def project(server, dataset):
    """A project of its own for each test, by a client with each token."""
    account = Rollbar(server.url)
    made = account.result("POST", "/projects", json={"name": dataset})
    tokens = account.result("GET", f"/project/{made['id']}/access_tokens")
    clients = {t["name"]: Rollbar(server.url, t["access_token"]) for t in tokens}
    clients["id"], clients["account"] = made["id"], account
    yield clients
    server.check_alive()


def test_an_item_is_grouped_counted_and_returned_as_sent(project):
    post, read = project["post_server_item"], project["read"]
    sent = error(custom={"n": 1.5, "nested": {"é": [1, None, "x"]}}, person={"id": "7"})
    answers = [post.send({**sent, "uuid": str(uuid.uuid4())}) for _ in range(5)]
    post.send(error(line=99, text="other text"))
    post.send(error(name="KeyError"))

    assert [a.status_code for a in answers] == [200] * 5
    item, other = sorted(read.items(), key=lambda i: -i["total_occurrences"])
    assert (item["total_occurrences"], other["total_occurrences"]) == (6, 1)
    assert item["title"] == "ZeroDivisionError: division by zero"
    assert (item["level"], item["status"], item["framework"]) == ("error", "active", "flask")
    assert {item["counter"], other["counter"]} == {1, 2}
    instances = read.result("GET", f"/item/{item['id']}/instances?limit=3")["instances"]
    assert [i["item_id"] for i in instances] == [item["id"]] * 3
    more = read.result(
        "GET", f"/item/{item['id']}/instances?lastId={instances[-1]['id']}")["instances"]
    assert len({i["id"] for i in instances + more}) == 6
    first = read.result("GET", f"/instance/{more[-1]['id']}")["data"]
    first.pop("metadata")
    assert first == {**sent, "uuid": answers[0].json()["result"]["uuid"]}


def test_a_uuid_counts_once(project):
    same = message(uuid=str(uuid.uuid4()))
    for _ in range(3):
        assert project["post_server_item"].send(same).json()["result"]["uuid"] == same["uuid"]

    item, = project["read"].items()
    assert item["total_occurrences"] == 1
    by_uuid = project["read"].result("GET", f"/item/{same['uuid']}")
    assert by_uuid["id"] == item["id"]


def test_environments_are_apart(project):
    for environment in ("production", "staging"):
        project["post_server_item"].send({**message(), "environment": environment})

    assert {i["environment"] for i in project["read"].items()} == {"production", "staging"}
    assert len(project["read"].items(environment="staging")) == 1
    names = project["read"].result("GET", "/environments")["environments"]
    assert {e["environment"] for e in names} == {"production", "staging"}


def test_items_are_found_by_counter_title_and_filters(project):
    post, read = project["post_server_item"], project["read"]
    post.send(error("KeyError", "'a'", level="critical"))
    post.send(message("cart 12 is empty", level="warning"))

    item = read.result("GET", "/item?counter=1")
    redirect = read.ask("GET", "/item_by_counter/1", allow_redirects=False)
    assert (redirect.status_code, redirect.json()["result"]["itemId"]) == (301, item["id"])
    assert read.result("GET", "/item_by_counter/1")["id"] == item["id"]
    assert [i["counter"] for i in read.items(query="cart EMPTY")] == [2]
    assert [i["counter"] for i in read.items(level=["critical", "error"])] == [1]
    assert read.items(status="resolved") == []
    found = read.result("GET", "/search/?title=KeyError&fields=id,title")
    assert found["items"] == [{"id": item["id"], "title": "KeyError: 'a'"}]
    assert read.ask("GET", "/item?counter=9").status_code == 404
    assert read.ask("GET", "/item/999999").json() == {"err": 1, "message": "Item not found"}
    assert read.ask("GET", "/items/?status=broken").status_code == 422


def test_a_resolved_item_comes_back(project):
    post, read, write = (project[n] for n in ("post_server_item", "read", "write"))
    post.send(message("x", code_version="1.2.0"))
    item, = read.items()
    changed = write.result("PATCH", f"/item/{item['id']}", json={
        "status": "resolved", "resolved_in_version": "1.2.1"})
    assert (changed["status"], changed["resolved_in_version"]) == ("resolved", "1.2.1")

    post.send(message("x", code_version="1.2.0"))
    assert read.items()[0]["status"] == "resolved"
    post.send(message("x", code_version="1.3.0", level="error"))
    item, = read.items()
    assert (item["status"], item["total_occurrences"], item["lifetime_occurrences"]) \
        == ("active", 1, 3)
    counts = read.result("GET", "/reports/activated_counts?bucket_size=3600")
    assert sum(count for _, count in counts) == 2


def test_items_are_changed_by_patch(project):
    post, read, write = (project[n] for n in ("post_server_item", "read", "write"))
    post.send(message("x"))
    item, = read.items()
    path = f"/item/{item['id']}"
    changed = write.result("PATCH", path, json={"title": "better", "level": "critical"})
    assert (changed["title"], changed["level"], changed["title_lock"]) == ("better", "critical", 1)
    for bad in ({"status": "gone"}, {"level": "bad"}, {"title": ""}, {"assigned_user_id": 77},
                {"status": "active", "resolved_in_version": "1"}):
        assert write.ask("PATCH", path, json=bad).status_code == 422, bad
    assert read.ask("PATCH", path, json={"status": "muted"}).status_code == 403
    write.result("PATCH", path, json={"status": "muted"})
    post.send(message("x"))
    item, = read.items()
    assert (item["status"], item["total_occurrences"], item["title"]) == ("muted", 2, "better")


@pytest.mark.parametrize("body, status", [
    ("", 400), ("{", 400), ("[]", 400), ("{}", 422), ('{"data": []}', 422),
    (json.dumps({"data": {"body": {"message": {"body": "x"}}}}), 422),
    (json.dumps({"data": {"environment": "e"}}), 422),
    (json.dumps({"data": {"environment": "e", "body": {}}}), 422),
    (json.dumps({"data": {"environment": "e" * 256, "body": {"message": {"body": "x"}}}}), 422),
    (json.dumps({"data": message("x" * (1 << 20))}), 413)])
def test_what_is_no_item_is_refused_in_the_vendors_form(project, body, status):
    answer = project["post_server_item"].ask("POST", "/item/", data=body.encode(),
                                             headers={"Origin": "http://shop.example"})

    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "http://shop.example"
    assert answer.json()["err"] == 1 and answer.json()["message"]
    assert "X-Rate-Limit-Remaining" in answer.headers
    assert project["read"].items() == []


def test_bodies_come_packed_as_forms_and_in_batches(project):
    post = project["post_server_item"]
    body = json.dumps({"data": message("packed")}).encode()
    packed = post.ask("POST", "/item/", data=gzip.compress(body),
                      headers={"Content-Encoding": "gzip"})
    form = post.ask("POST", "/item/", data={"payload": body.decode()})
    batch = post.ask("POST", "/item_batch/", json=[
        {"data": message("one")}, {"data": {}}, {"data": message("two")}])

    assert (packed.status_code, form.status_code, batch.status_code) == (200, 200, 200)
    assert [r["err"] for r in batch.json()["result"]] == [0, 1, 0]
    counts = {i["title"]: i["total_occurrences"] for i in project["read"].items()}
    assert counts == {"packed": 2, "one": 1, "two": 1}


def test_tokens_are_taken_from_header_body_and_query(project, server):
    token = project["post_server_item"].token
    stranger = Rollbar(server.url, "")
    for options in ({"json": {"access_token": token, "data": message()}},
                    {"json": {"data": message()}, "params": {"access_token": token}}):
        assert stranger.ask("POST", "/item/", **options).status_code == 200

    assert project["read"].items()[0]["total_occurrences"] == 2


def test_scopes_are_kept(project):
    client = project["post_client_item"]
    assert client.send(message()).status_code == 403
    assert client.send(message(platform="browser")).status_code == 200
    assert project["read"].send(message()).status_code == 403
    assert project["post_server_item"].ask("GET", "/items/").status_code == 403
    assert project["read"].ask("GET", "/projects").status_code == 403
    account = project["account"]
    path = f"/project/{project['id']}/access_token/{client.token}"
    account.result("PATCH", path, json={"status": "disabled"})
    refused = client.send(message(platform="browser"))
    assert (refused.status_code, refused.json()["message"]) == (403, "access token is disabled")


def test_a_rate_limit_is_told_and_kept(project):
    post = project["post_server_item"]
    path = f"/project/{project['id']}/access_token/{post.token}"
    project["account"].result("PATCH", path, json={
        "rate_limit_window_size": 86400, "rate_limit_window_count": 2})
    answers = [post.send(message()) for _ in range(3)]

    assert [a.status_code for a in answers] == [200, 200, 429]
    assert [a.headers["X-Rate-Limit-Remaining"] for a in answers] == ["1", "0", "0"]
    refused = answers[2]
    assert int(refused.headers["Retry-After"]) == int(
        refused.headers["X-Rate-Limit-Remaining-Seconds"]) > 0
    assert int(refused.headers["X-Rate-Limit-Reset"]) > time.time()
    assert project["read"].items()[0]["total_occurrences"] == 2


def test_reports_count_occurrences(project):
    for i in range(4):
        project["post_server_item"].send(error("A" if i else "B"))

    top = project["read"].result("GET", "/reports/top_active_items?hours=24")
    assert [t["item"]["occurrences"] for t in top] == [3, 1]
    assert sum(top[0]["counts"]) == 3 and len(top[0]["counts"]) == 24
    days = project["read"].result("GET", "/reports/occurrence_counts")
    assert len(days) == 30 and days[-1][1] == 4
    warnings = project["read"].result("GET", "/reports/occurrence_counts?max_level=warning")
    assert sum(count for _, count in warnings) == 0


def test_preflights_are_answered_only_where_items_are_posted(server):
    asked = {"Origin": "http://shop.example", "Access-Control-Request-Method": "POST",
             "Access-Control-Request-Headers": "content-type,signal,x-rollbar-access-token"}
    answer = requests.options(server.url + "/api/1/item/", headers=asked, timeout=60)
    assert "signal" in answer.headers["Access-Control-Allow-Headers"]
    listing = requests.get(server.url + "/api/1/items/", headers=asked, timeout=60)
    assert "Access-Control-Allow-Origin" not in listing.headers


def test_a_token_is_needed_off_loopback(tmp_path):
    with Server(tmp_path / "data", "--http", "0.0.0.0:0") as server:
        url = f"http://127.0.0.1:{server.host_port[1]}"
        assert Rollbar(url, "").send(message()).status_code == 401
        assert Rollbar(url, "f" * 32).send(message()).status_code == 403
