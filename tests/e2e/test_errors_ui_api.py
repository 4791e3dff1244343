# SPDX-License-Identifier: Apache-2.0
"""The errors screens' part of the UI API (docs/wire/ui-api.md, "Errors")."""
import sqlite3

import pytest

from harness import otlp
from harness.rollbar import Rollbar, error, message
from harness.server import Server

UI = "/ui/api/v1/errors"
TRACEBACK = '''Traceback (most recent call last):
  File "/srv/app.py", line 71, in home
    data()
NameError: name 'reply' is not defined
'''


@pytest.fixture
def inbox(server, dataset):
    """Asks about one project of its own."""
    return Inbox(server, dataset)


class Inbox:
    def __init__(self, server, name):
        self.name = name
        self.rollbar = Rollbar(server.url)
        made = self.rollbar.result("POST", "/projects", json={"name": name})
        tokens = self.rollbar.result("GET", f"/project/{made['id']}/access_tokens")
        token, = (t["access_token"] for t in tokens if t["name"] == "post_server_item")
        self.post = Rollbar(server.url, token)
        self.url = server.url
        self.session = self.rollbar.session

    def move_to(self, server):
        """The same project on a server that was started again."""
        self.url = server.url
        self.post.url = self.rollbar.url = server.url + "/api/1"

    def get(self, path="", expected=200, **query):
        answer = self.session.get(self.url + UI + path, params=query, timeout=60)
        assert answer.status_code == expected, (answer.status_code, answer.text)
        return answer.json()

    def do(self, path, body, status=200):
        answer = self.session.post(self.url + UI + path, json=body, timeout=60)
        assert answer.status_code == status, (answer.status_code, answer.text)
        return answer.json()

    def items(self, **query):
        return self.get(project=self.name, **query)["items"]


def exception(trace_id=None, fields=None, **members):
    """A span with an exception event, as OpenTelemetry for Python records it."""
    event = {"timeUnixNano": str(otlp.now_ns()), "name": "exception",
             "attributes": otlp.attributes({
                 "exception.type": "NameError", "exception.stacktrace": TRACEBACK,
                 "exception.message": "name 'reply' is not defined", **(fields or {})})}
    made = otlp.span("GET /", status={"code": 2}, **members)
    return {**made, "traceId": trace_id or made["traceId"], "events": [event]}


def send_spans(inbox, *spans):
    answer = inbox.session.post(inbox.url + "/v1/traces", json=otlp.traces(inbox.name, spans),
                                timeout=60)
    assert answer.status_code == 200, answer.text


def test_the_inbox_lists_filters_and_pages(inbox):
    for i in range(3):
        inbox.post.send(error(person={"id": str(i % 2)}, server={"host": "web-7"}))
    inbox.post.send(message("cart 12 is empty", level="warning"))
    inbox.post.send({**message("x", level="critical"), "environment": "staging"})

    page = inbox.get(project=inbox.name)
    assert page["matched"] == 3 and page["next"] is None
    first = next(i for i in page["items"] if i["class"] == "ZeroDivisionError")
    assert (first["occurrences"], first["people"], first["status"]) == (3, 2, "active")
    assert sum(first["series"]) == 3 and len(first["series"]) == 24
    assert first["sources"] == ["rollbar"]
    assert {f["value"]: f["count"] for f in page["facets"]["level"]} == {
        "error": 1, "warning": 1, "critical": 1}
    assert [i["level"] for i in inbox.items(level="critical,warning", env="production")] \
        == ["warning"]
    assert [i["level"] for i in inbox.items(sort="level")] == ["critical", "error", "warning"]
    assert [i["id"] for i in inbox.items(q="web-7 zero")] == [first["id"]]
    assert [i["id"] for i in inbox.items(q="web-7 cart")] == []
    assert [i["counter"] for i in inbox.items(q="#2")] == [2]
    two = inbox.get(project=inbox.name, limit=2)
    rest = inbox.get(project=inbox.name, limit=2, before=two["next"])
    assert len({i["id"] for i in two["items"] + rest["items"]}) == 3 and rest["next"] is None
    assert inbox.get(expected=400, sort="bad")["code"] == "bad_query"


def test_an_item_tells_who_where_and_when(inbox):
    for version, person in (("1.0", "7"), ("1.0", "8"), ("1.1", "8")):
        inbox.post.send(error(code_version=version, server={"host": "web-1", "root": "/srv"},
                              person={"id": person, "username": f"user {person}"}))
    item, = inbox.items()
    detail = inbox.get(f"/{item['id']}")

    assert detail["item"]["id"] == item["id"]
    assert {v["value"]: v["count"] for v in detail["versions"]} == {"1.0": 2, "1.1": 1}
    assert [(p["value"], p["name"], p["count"]) for p in detail["people"]] \
        == [("8", "user 8", 2), ("7", "user 7", 1)]
    assert detail["hosts"][0]["value"] == "web-1"
    assert sum(detail["hours"]["counts"]) == sum(detail["days"]["counts"]) == 3
    assert (len(detail["hours"]["counts"]), len(detail["days"]["counts"])) == (24, 30)
    assert [h["kind"] for h in detail["history"]] == ["new"]
    assert detail["grouping"]["text"] == "exception ZeroDivisionError\napp.py:home"
    assert detail["fingerprints"][0]["occurrences"] == 3
    inbox.get("/999999", expected=404)


def test_one_occurrence_is_told_in_full(inbox):
    trace_id = otlp.new_id(16)
    sent = error(
        uuid="u-1", server={"root": "/srv", "host": "web-1"}, person={"id": "7"},
        request={"url": "http://shop/", "user_ip": "$remote_ip"}, custom={"trace_id": trace_id})
    sent["body"]["trace"]["frames"].append({
        "filename": "/usr/lib/python3/json/decoder.py", "lineno": 3, "method": "decode",
        "code": "raise", "locals": {"x": "é"}, "context": {"pre": ["a"], "post": ["b"]}})
    sent["body"]["telemetry"] = [{"level": "info", "type": "log", "body": {"message": "m"}}]
    inbox.post.send(sent)
    inbox.post.send({**sent, "uuid": "u-2"})
    item, = inbox.items()
    path = f"/{item['id']}/occurrences"
    listed = inbox.get(path)["occurrences"]
    assert [o["uuid"] for o in listed] == ["u-2", "u-1"]
    assert (listed[1]["person"], listed[1]["host"], listed[1]["url"]) \
        == ("7", "web-1", "http://shop/")
    assert [o["uuid"] for o in inbox.get(path, before=listed[0]["id"])["occurrences"]] == ["u-1"]

    one = inbox.get(path + "/first")
    assert one["payload"] == sent
    assert (one["kind"], one["trace_id"], one["older"], one["newer"]) \
        == ("trace", trace_id, None, listed[0]["id"])
    own, library = one["exceptions"][0]["frames"]
    assert (own["in_app"], own["short"], library["in_app"]) == (True, "app.py", False)
    assert (library["locals"], library["pre"], library["post"]) == ({"x": "é"}, ["a"], ["b"])
    assert one["telemetry"] == sent["body"]["telemetry"]
    assert one["fields"]["request.user_ip"] == "127.0.0.1"
    assert inbox.get(path + "/u-2")["older"] == one["id"]
    assert inbox.get("/find", uuid="u-2") == {"item_id": item["id"],
                                              "occurrence_id": listed[0]["id"]}
    assert inbox.get("/find", project=inbox.name, counter=1)["item_id"] == item["id"]
    related = inbox.session.get(f"{inbox.url}/ui/api/v1/trace/{trace_id}/related", timeout=60)
    found, _ = related.json()["items"]
    assert (found["kind"], found["item_id"], found["occurrence_id"]) \
        == ("rollbar", item["id"], one["id"])


def test_a_trace_tells_its_errors_alone_where_only_they_are_asked_for(inbox):
    trace_id = otlp.new_id(16)
    send_spans(inbox, exception(trace_id))
    inbox.post.send(error(custom={"trace_id": trace_id}))
    log = otlp.logs(inbox.name, [otlp.log_record("hello", traceId=trace_id)])
    answer = inbox.session.post(inbox.url + "/v1/logs", json=log, timeout=60)
    assert answer.status_code == 200, answer.text
    related = f"{inbox.url}/ui/api/v1/trace/{trace_id}/related"
    kinds = [i["kind"] for i in inbox.session.get(related, timeout=60).json()["items"]]
    assert sorted(kinds) == ["log", "rollbar", "rollbar"]
    answer = inbox.session.get(related, params={"kind": "rollbar"}, timeout=60)
    assert [i["kind"] for i in answer.json()["items"]] == ["rollbar", "rollbar"]
    assert inbox.session.get(related, params={"kind": "x"}, timeout=60).status_code == 400


def test_changes_are_made_in_bulk_and_taken_back(inbox):
    for name in "ABC":
        inbox.post.send(error(name))
    ids = [i["id"] for i in inbox.items()]
    user = inbox.do("/users", {"name": f"user of {inbox.name}", "email": "a@b.c"}, status=201)
    answer = inbox.do("/change", {"user": "me", "changes": [
        {"ids": ids, "status": "resolved", "resolved_in_version": "2", "assignee_id": user["id"]}]})

    assert {i["status"] for i in answer["items"]} == {"resolved"}
    assert inbox.items(status="resolved", assignee=str(user["id"]))[0]["assignee"] \
        == {"id": user["id"], "name": user["name"]}
    back = inbox.do("/change", answer["undo"])
    assert {(i["status"], i["assignee"]) for i in back["items"]} == {("active", None)}
    history = inbox.get(f"/{ids[0]}")["history"]
    assert [h["kind"] for h in history] == ["assigned", "reopened", "assigned", "resolved", "new"]
    assert (history[3]["user"], history[3]["version"]) == ("me", "2")
    note = inbox.do(f"/{ids[0]}/notes", {"text": "see the runbook", "user": "me"}, status=201)
    assert inbox.get(f"/{ids[0]}")["notes"] == [note]
    gone = inbox.session.delete(f"{inbox.url}{UI}/{ids[0]}/notes/{note['id']}", timeout=60)
    assert gone.status_code == 204 and inbox.get(f"/{ids[0]}")["notes"] == []


def test_items_are_merged_and_split(inbox):
    for name in "AAAB":
        inbox.post.send(error(name))
    a, b = sorted(inbox.items(), key=lambda i: -i["occurrences"])
    merged, = inbox.do("/merge", {"into": a["id"], "ids": [b["id"]]})["items"]
    assert merged["occurrences"] == 4 and sum(merged["series"]) == 4
    assert [i["id"] for i in inbox.items()] == [a["id"]]
    inbox.post.send(error("B"))
    assert inbox.items()[0]["occurrences"] == 5
    assert inbox.get(f"/{b['id']}")["item"]["id"] == a["id"]

    prints = inbox.get(f"/{a['id']}")["fingerprints"]
    assert [p["occurrences"] for p in prints] == [3, 2]
    inbox.do("/split", {"id": a["id"], "fingerprints": [prints[0]["fingerprint"]]}, status=400)
    split = inbox.do("/split", {"id": a["id"], "fingerprints": [prints[1]["fingerprint"]]})
    assert {(i["id"], i["occurrences"]) for i in split["items"]} == {(a["id"], 3), (b["id"], 2)}


def test_exceptions_of_opentelemetry_are_items_too(inbox, api):
    send_spans(inbox, exception(), exception(), otlp.span("fine"))

    item, = inbox.items()
    assert (item["title"], item["occurrences"], item["sources"]) \
        == ("NameError: name 'reply' is not defined", 2, ["otlp"])
    one = inbox.get(f"/{item['id']}/occurrences/latest")
    assert (one["kind"], one["payload"], one["environment"]) == ("exception", None, "production")
    frame, = one["exceptions"][0]["frames"]
    assert (frame["filename"], frame["lineno"], frame["method"]) == ("/srv/app.py", 71, "home")
    assert one["trace_id"] and one["span_id"]
    # Nothing is added to what the app sent.
    assert api.count(inbox.name) == 5
    assert inbox.get(f"/{item['id']}")["grouping"]["text"] \
        == "exception NameError\n/srv/app.py:home"


def test_an_exception_of_a_log_record_counts(inbox):
    record = otlp.log_record("it broke", {"exception.type": "OSError",
                                          "exception.message": "disk full"},
                             severityNumber=21, severityText="FATAL")
    answer = inbox.session.post(inbox.url + "/v1/logs", json=otlp.logs(inbox.name, [record]),
                                timeout=60)
    assert answer.status_code == 200
    item, = inbox.items()
    assert (item["title"], item["level"]) == ("OSError: disk full", "critical")


def test_one_exception_told_by_both_is_one_occurrence(inbox):
    trace_id = otlp.new_id(16)
    report = error("NameError", "name 'reply' is not defined", custom={"trace_id": trace_id})
    inbox.post.send(report)
    # The server's span, and one around it that the exception passed through as well.
    send_spans(inbox, exception(trace_id), exception(trace_id))

    item, = inbox.items()
    assert (item["occurrences"], item["sources"]) == (1, ["rollbar", "otlp"])
    one = inbox.get(f"/{item['id']}/occurrences/latest")
    assert (one["source"], sorted(one["sources"])) == ("rollbar", ["otlp", "rollbar"])
    # It happened again: in another trace, and by the reporter's own word. The frames are the same,
    # so it is the same item.
    send_spans(inbox, exception())
    inbox.post.send(report)
    assert [i["occurrences"] for i in inbox.items()] == [3]


def test_counts_survive_a_kill_and_what_was_not_written_heals(tmp_path):
    server = Server(tmp_path / "data").start()
    inbox = Inbox(server, "shop")
    for i in range(7):
        inbox.post.send(error("A", server={"host": "h"}))
    item, = inbox.items()
    send_spans(inbox, exception())
    inbox.do("/change", {"changes": [{"ids": [item["id"]], "status": "resolved"}]})
    inbox.post.send(error("A"))
    before = {i["title"]: i for i in inbox.items()}
    server.kill()
    # As if the kill had come before the reactivation, and the second item, were written.
    with sqlite3.connect(tmp_path / "data/metadata.sqlite") as database:
        database.execute("UPDATE error_item SET status = 'resolved', activation_base = 0 "
                         "WHERE id = ?", (item["id"],))
        database.execute("DELETE FROM error_item WHERE id <> ?", (item["id"],))
    with server:
        inbox.move_to(server)
        after = {i["title"]: i for i in inbox.items()}
        assert after.keys() == before.keys()
        for title, was in before.items():
            now = after[title]
            for name in ("status", "occurrences", "occurrences_total", "counter", "id", "series",
                         "first_ns", "last_ns", "sources"):
                assert now[name] == was[name], (title, name)
        assert after["A: division by zero"]["occurrences"] == 1
        assert after["A: division by zero"]["occurrences_total"] == 8


def test_counts_outlive_the_events(tmp_path):
    server = Server(tmp_path / "data").start()
    inbox = Inbox(server, "shop")
    for i in range(5):
        inbox.post.send(error("A"))
    server.stop()
    # Counts are put aside at a start; then the events go, as retention makes them go.
    server.start()
    server.stop()
    for part in (tmp_path / "data/events").rglob("*"):
        if part.is_file() and part.name != "LOCK":
            part.unlink()
    with server:
        inbox.move_to(server)
        item, = inbox.items()
        assert item["occurrences_total"] == 5
        inbox.post.send(error("A"))
        assert inbox.items()[0]["occurrences_total"] == 6


def test_deploys_are_listed_for_marks_on_charts(inbox):
    for environment, revision in (("production", "a1"), ("staging", "b2"), ("production", "c3")):
        made = inbox.post.ask("POST", "/deploy/", json={
            "environment": environment, "revision": revision, "rollbar_username": "andrew",
            "comment": "Grüße", "status": "started" if revision == "c3" else "succeeded"})
        assert made.status_code == 200, made.text

    deploys = inbox.get("/deploys", project=inbox.name, env="production")["deploys"]
    assert [(d["revision"], d["status"], d["user"]) for d in deploys] \
        == [("c3", "started", "andrew"), ("a1", "succeeded", "andrew")]
    assert deploys[0]["finished_ms"] is None
    assert deploys[1]["finished_ms"] == deploys[1]["started_ms"]
    assert (deploys[0]["project"], deploys[0]["comment"]) == (inbox.name, "Grüße")
    everywhere = inbox.get("/deploys", project=inbox.name, limit=2)["deploys"]
    assert [d["environment"] for d in everywhere] == ["production", "staging"]
    before = f"0..{deploys[1]['started_ms']}"
    assert inbox.get("/deploys", project=inbox.name, t=before)["deploys"] == []
    inbox.get("/deploys", project="nowhere", expected=404)


def test_filters_are_saved_by_name(inbox):
    made = inbox.do("/filters", {"name": "mine", "query": "status=any"})
    again = inbox.do("/filters", {"name": "mine", "query": "env=production"})
    assert again == {"id": made["id"], "name": "mine", "query": "env=production"}
    inbox.do("/filters", {"name": "another", "query": ""})
    assert [f["name"] for f in inbox.get("/filters")["filters"]] == ["another", "mine"]
    for bad in ({}, {"name": "x" * 101}, {"name": "x", "query": "q" * 8193}):
        inbox.do("/filters", bad, status=400)

    for known in inbox.get("/filters")["filters"]:
        gone = inbox.session.delete(f"{inbox.url}{UI}/filters/{known['id']}", timeout=60)
        assert gone.status_code == 204
    assert inbox.get("/filters")["filters"] == []
    assert inbox.session.delete(f"{inbox.url}{UI}/filters/1", timeout=60).status_code == 404
