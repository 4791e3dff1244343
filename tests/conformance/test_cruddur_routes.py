# SPDX-License-Identifier: Apache-2.0
"""The routes of Cruddur's backend: what they answer, with the tutorial's bugs and without."""
import json
from datetime import datetime, timedelta

import pytest

from harness.cruddur import FRONTEND, FlaskTwin

HOME_TIMES = [(timedelta(days=2), timedelta(days=5)), (timedelta(days=7), timedelta(days=9)),
              (timedelta(hours=1), timedelta(hours=12))]


@pytest.fixture(scope="module")
def app(server, tmp_path_factory):
    with FlaskTwin(server, tmp_path_factory.mktemp("cruddur") / "log") as running:
        yield running


def answer_of(response):
    return response.status_code, response.json()


def data_of(response):
    status, data = answer_of(response)
    assert status == 200, data
    return data


@pytest.mark.parametrize("path", ["home", "notifications"])
def test_the_feed_has_three_activities_and_a_reply(app, path):
    rows = data_of(app.get(f"/api/activities/{path}"))

    assert [(row["handle"], row["message"]) for row in rows] == [
        ("Andrew Brown", "Cloud is very fun!"), ("Worf", "I am out of prune juice"),
        ("Garek", "My dear doctor, I am just simple tailor")]
    assert [row.get("likes_count", row.get("likes")) for row in rows] == [5, 0, 0]
    for row, (age, life) in zip(rows, HOME_TIMES):
        created, expires = (datetime.fromisoformat(row[k]) for k in ("created_at", "expires_at"))
        assert expires - created == age + life and created.tzinfo is not None
    reply, = rows[0]["replies"]
    assert reply["reply_to_activity_uuid"] == rows[0]["uuid"]
    assert reply["message"] == "This post has no honor!"
    assert rows[1]["replies"] == rows[2]["replies"] == []


def test_keys_stand_in_alphabetical_order(app):
    names = [name for name, _ in json.loads(app.get("/api/activities/home").text,
                                            object_pairs_hook=list)[0]]
    assert names == sorted(names)


def test_a_profile_has_local_times_without_an_offset(app):
    row, = data_of(app.get("/api/activities/@andrewbrown"))

    assert (row["handle"], row["message"]) == ("Andrew Brown", "Cloud is fun!")
    created, expires = (datetime.fromisoformat(row[k]) for k in ("created_at", "expires_at"))
    assert created.tzinfo is None and expires - created == timedelta(days=32)


def test_search_wants_a_term(app):
    row, = data_of(app.get("/api/activities/search?term=cloud"))
    assert set(row) == {"uuid", "handle", "message", "created_at"}
    assert answer_of(app.get("/api/activities/search")) == (422, ["search_term_blank"])
    assert answer_of(app.get("/api/activities/search?term=")) == (422, ["search_term_blank"])


@pytest.mark.parametrize("ttl, length", [
    ("30-days", timedelta(days=30)), ("7-days", timedelta(days=7)), ("3-days", timedelta(days=3)),
    ("1-day", timedelta(days=1)), ("12-hours", timedelta(hours=12)),
    ("3-hours", timedelta(hours=3)), ("1-hour", timedelta(hours=1))])
def test_an_activity_lives_as_long_as_it_is_told(app, ttl, length):
    made = data_of(app.post("/api/activities", message="a" * 280, ttl=ttl))

    assert (made["display_name"], made["handle"]) == ("Andrew Brown", "andrewbrown")
    created, expires = (datetime.fromisoformat(made[k]) for k in ("created_at", "expires_at"))
    assert expires - created == length


@pytest.mark.parametrize("message, ttl, code", [
    ("", "1-day", "message_blank"), (None, "1-day", "message_blank"),
    ("a" * 281, "1-day", "message_exceed_max_chars"), ("a", "forever", "ttl_blank"),
    ("a", "", "ttl_blank"), ("", "", "message_blank")])
def test_an_activity_that_breaks_a_rule_is_refused_with_its_code(app, message, ttl, code):
    assert answer_of(app.post("/api/activities", message=message, ttl=ttl)) == (422, [code])


def test_messages(app):
    groups = data_of(app.get("/api/message_groups"))
    assert [group["display_name"] for group in groups] == ["Andrew Brown", "Worf"]
    rows = data_of(app.get("/api/messages/@worf?user_reciever_handle=worf"))
    assert len(rows) == 2
    made = data_of(app.post("/api/messages", message="b" * 1024, user_receiver_handle="worf"))
    assert set(made) == set(rows[0]) and made["message"] == "b" * 1024


@pytest.mark.parametrize("message, receiver, code", [
    ("", "worf", "message_blank"), ("b" * 1025, "worf", "message_exceed_max_chars"),
    ("b", "", "user_reciever_handle_blank")])
def test_a_message_that_breaks_a_rule_is_refused_with_its_code(app, message, receiver, code):
    refused = app.post("/api/messages", message=message, user_receiver_handle=receiver)
    assert answer_of(refused) == (422, [code])


def test_without_the_bugs_an_activity_and_its_replies_work(app):
    assert data_of(app.get("/api/activities/26e12864"))["uuid"] == "26e12864"
    made = data_of(app.post("/api/activities/26e12864/reply", message="So say we all"))
    assert made["reply_to_activity_uuid"] == "26e12864" and made["message"] == "So say we all"
    assert answer_of(app.post("/api/activities/26e12864/reply", message="")) \
        == (422, ["message_blank"])


def test_with_the_bugs_they_fail_as_in_the_tutorial(server, tmp_path):
    with FlaskTwin(server, tmp_path / "log", CRUDDUR_SEED_BUGS="1") as app:
        assert app.get("/api/activities/26e12864").status_code == 500
        assert app.post("/api/activities/26e12864/reply", message="").status_code == 500
        assert app.post("/api/activities/26e12864/reply", message="fine").status_code == 200
    log = app.log.read_text(encoding="utf-8")
    assert "name 'ShowActivity' is not defined" in log
    assert "name 'user_sender_handle' is not defined" in log


def test_the_tutorial_s_cors_lets_no_trace_context_through(app):
    def preflight(*headers):
        return app.ask("OPTIONS", "/api/activities/home", headers={
            "Origin": FRONTEND, "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": ",".join(headers)}).headers

    assert preflight("content-type")["Access-Control-Allow-Origin"] == FRONTEND
    assert preflight("content-type")["Access-Control-Allow-Headers"] == "content-type"
    assert "Access-Control-Allow-Headers" not in preflight("traceparent")
