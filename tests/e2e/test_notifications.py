# SPDX-License-Identifier: Apache-2.0
"""Who is told of errors: rules, webhooks and mail (docs/wire/rollbar.md, "Notifications")."""
import re

import pytest
import requests

from harness.rollbar import Rollbar, error, message
from harness.server import Server
from harness.smtp import MailSink
from harness.webhook import Webhook

UI = "/ui/api/v1/errors/notifications"


@pytest.fixture(scope="module")
def mails():
    with MailSink() as sink:
        yield sink


@pytest.fixture(scope="module")
def server(tmp_path_factory, mails):
    data = tmp_path_factory.mktemp("notifications") / "data"
    with Server(data, "--smtp", mails.url, "--mail-from", "tracery@shop.example") as started:
        yield started


@pytest.fixture
def hook():
    with Webhook() as started:
        yield started


class Shop:
    """A project and its rules."""

    def __init__(self, server, name):
        self.server, self.name = server, name
        self.account = Rollbar(server.url)
        self.id = self.account.result("POST", "/projects", json={"name": name})["id"]
        tokens = self.account.result("GET", f"/project/{self.id}/access_tokens")
        self.clients = {t["name"]: Rollbar(server.url, t["access_token"]) for t in tokens}

    def ask(self, method, path="", **options):
        return requests.request(method, self.server.url + UI + path, timeout=60, **options)

    def rule(self, trigger, target, channel="webhook", **more):
        return {"project_id": self.id, "trigger": trigger, "target": target, "channel": channel,
                "ui_url": "http://tracery.example", **more}

    def add(self, *args, **more):
        answer = self.ask("POST", json=self.rule(*args, **more))
        assert answer.status_code == 201, answer.text
        return answer.json()

    def rules(self):
        every = self.ask("GET").json()["rules"]
        return [rule for rule in every if rule["project_id"] == self.id]

    def send(self, data, times=1):
        for _ in range(times):
            assert self.clients["post_server_item"].send(data).status_code == 200

    def counter(self, name):
        text = requests.get(self.server.url + "/metrics", timeout=60).text
        found = re.search(rf"^tracery_{re.escape(name)} (\d+)$", text, re.M)
        return int(found[1]) if found else 0


@pytest.fixture
def shop(server, request):
    name = re.sub(r"\W", "-", request.node.name)
    yield Shop(server, name)
    server.check_alive()


def test_a_webhook_is_told_of_a_new_item_in_the_vendors_form(shop, hook):
    shop.add("new_item", hook.url("/new"))
    sent = error(custom={"cart": 7}, uuid="6f9619ff-8b86-d011-b42d-00cf4fc964ff")
    shop.send(sent, times=1)
    shop.send(error(line=99), times=3)

    path, body = hook.take()
    item, = shop.clients["read"].items()
    assert (path, body["event_name"]) == ("/new", "new_item")
    told = body["data"]["item"]
    assert (told["id"], told["counter"], told["title"]) == (item["id"], 1, item["title"])
    assert (told["environment"], told["level"], told["status"]) == ("production", "error", "active")
    assert told["last_occurrence"] == sent
    assert told["project"] == shop.name
    assert re.fullmatch(r"http://tracery\.example/errors/find\?occurrence=\d+", told["url"])
    shop.send(error("KeyError"))
    assert hook.take()[1]["data"]["item"]["title"].startswith("KeyError"), "the others are no news"


def test_an_item_that_comes_back_is_told(shop, hook):
    shop.add("reactivated_item", hook.url())
    shop.send(message("x"))
    item, = shop.clients["read"].items()
    shop.clients["write"].result("PATCH", f"/item/{item['id']}", json={"status": "resolved"})
    shop.send(message("x"))

    body = hook.take()[1]
    assert (body["event_name"], body["data"]["item"]["id"]) == ("reactivated_item", item["id"])


def test_every_power_of_ten_is_told(shop, hook):
    shop.add("exp_repeat_item", hook.url())
    shop.send(message("x"), times=105)

    told = [hook.take()[1] for _ in range(2)]
    assert [(t["event_name"], t["data"]["occurrences"]) for t in told] \
        == [("exp_repeat_item", 10), ("exp_repeat_item", 100)]


def test_a_high_rate_is_told_once(shop, hook):
    shop.add("occurrence_rate", hook.url("/rate"), rate_count=5, rate_period_s=86400)
    shop.add("new_item", hook.url("/new"))
    shop.send(message("often"), times=12)
    shop.send(message("rare"), times=4)

    told = [hook.take() for _ in range(3)]
    by_path = {}
    for path, body in told:
        by_path.setdefault(path, []).append(body)
    rate, = by_path["/rate"]
    assert rate["event_name"] == "item_velocity"
    assert rate["data"]["item"]["title"] == "often"
    assert rate["data"]["trigger"] == {"threshold": 5, "window_size": 86400,
                                       "window_size_description": "1 day", "occurrences": 5}
    assert len(by_path["/new"]) == 2 and hook.is_idle


def test_mail_arrives_readable(shop, mails):
    shop.add("new_item", "ana@shop.example", channel="email")
    shop.send(error("ValueError", "Zoë’s cart\nis empty " * 20, person={"id": "u-7"}))

    recipients, mail = mails.take()
    assert (recipients, mail["To"], mail["From"]) \
        == (["ana@shop.example"], "ana@shop.example", "Tracery <tracery@shop.example>")
    assert mail["Subject"] == f"[{shop.name}] New error #1: ValueError: Zoë’s cart"
    text = mail.get_content()
    assert "Environment: production" in text and "Person: u-7" in text
    assert "http://tracery.example/errors/find?occurrence=" in text
    assert mail["Message-ID"] and mail["Date"]


def test_what_is_refused_is_sent_again_and_counted(shop, hook):
    rule = shop.add("new_item", hook.url())
    failed = shop.counter("notification_tries_failed_total")
    hook.statuses.append(500)
    shop.send(message("x"))

    first, second = hook.take()[1], hook.take()[1]
    assert first["data"]["item"]["id"] == second["data"]["item"]["id"]
    assert shop.counter("notification_tries_failed_total") == failed + 1
    # The answer is counted a moment after it was given.
    shop.send(message("y"))
    hook.take()
    known, = shop.rules()
    assert (known["id"], known["last_error"]) == (rule["id"], "") and known["sent"] >= 1


def test_intake_goes_on_while_nobody_listens(shop, hook):
    gone = hook.url("/gone").replace(str(hook.server.server_port), "1")
    shop.add("new_item", gone)
    for i in range(20):
        shop.send(message(f"item {chr(97 + i)}"))

    assert len(shop.clients["read"].items()) == 20


def test_filters_caps_and_quiet_items_are_kept(shop, hook):
    shop.add("new_item", hook.url("/staging"), environment="staging")
    shop.add("new_item", hook.url("/critical"), level="critical")
    shop.add("new_item", hook.url("/one"), hourly_max=1)
    capped = shop.counter('notifications_dropped_total{reason="hourly_max"}')
    shop.send(message("a"))
    shop.send({**message("b"), "environment": "staging"})
    shop.send(message("c", level="critical"))

    assert sorted(hook.take()[0] for _ in range(3)) == ["/critical", "/one", "/staging"]
    assert hook.is_idle
    assert shop.counter('notifications_dropped_total{reason="hourly_max"}') == capped + 2
    muted = shop.clients["read"].items(query="a", environment="production", status="active")
    shop.clients["write"].result("PATCH", f"/item/{muted[-1]['id']}", json={"status": "muted"})
    shop.add("exp_repeat_item", hook.url("/tenth"))
    shop.send(message("a"), times=10)
    shop.send(message("c", level="critical"), times=9)
    assert hook.take()[1]["data"]["item"]["title"] == "c"


def test_rules_are_listed_changed_tried_and_removed(shop, hook, mails):
    rule = shop.add("new_item", hook.url("/a"))
    changed = shop.ask("PUT", f"/{rule['id']}", json=shop.rule(
        "occurrence_rate", hook.url("/b"), rate_count=3, rate_period_s=60, enabled=False)).json()
    known, = shop.rules()
    assert known == changed
    assert (known["project"], known["trigger"], known["rate_count"], known["enabled"]) \
        == (shop.name, "occurrence_rate", 3, False)
    shop.send(message("x"), times=4)
    tried = shop.ask("POST", "/test", json=shop.rule("new_item", hook.url("/try"))).json()
    assert tried == {"sent": True, "error": ""}
    path, body = hook.take()
    assert (path, body["event_name"]) == ("/try", "test"), "the rule is not in force"
    hook.statuses.append(404)
    tried = shop.ask("POST", "/test", json=shop.rule("new_item", hook.url())).json()
    assert tried == {"sent": False, "error": "status: 404"}
    by_mail = shop.rule("new_item", "bob@shop.example", channel="email")
    assert shop.ask("POST", "/test", json=by_mail).json()["sent"]
    assert mails.take()[0] == ["bob@shop.example"]
    assert shop.ask("DELETE", f"/{rule['id']}").status_code == 204
    assert shop.rules() == []
    assert shop.ask("DELETE", f"/{rule['id']}").status_code == 404


@pytest.mark.parametrize("wrong", [
    {"trigger": "never"}, {"channel": "pigeon"}, {"target": "ftp://x/y"}, {"project_id": 0},
    {"level": "bad"}, {"hourly_max": 0}, {"channel": "email", "target": "a@b\r\nTo: c@d"},
    {"trigger": "occurrence_rate", "rate_count": 5, "rate_period_s": 7}, {"ui_url": "x"}])
def test_a_rule_that_cannot_work_is_refused(shop, wrong):
    rule = {**shop.rule("new_item", "http://127.0.0.1:1/"), **wrong}
    answer = shop.ask("POST", json=rule)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_query"), answer.text
    assert shop.rules() == []


def test_rules_outlive_a_kill_and_go_with_their_project(tmp_path, hook):
    with Server(tmp_path / "data") as server:
        shop = Shop(server, "shop")
        shop.add("new_item", hook.url("/kept"))
        assert shop.ask("GET").json()["can_mail"] is False
        token = shop.clients["post_server_item"].token
        server.kill()
        server.start()
        assert Rollbar(server.url, token).send(message("x")).status_code == 200
        assert hook.take()[0] == "/kept"
        kept, = shop.ask("GET").json()["rules"]
        gone = requests.delete(f"{server.url}/ui/api/v1/errors/projects/{kept['project_id']}",
                               timeout=60)
        assert gone.status_code == 204
        assert shop.ask("GET").json()["rules"] == []
