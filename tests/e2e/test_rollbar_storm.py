# SPDX-License-Identifier: Apache-2.0
"""A storm of errors with resolves in between and a kill in the middle: each acknowledged occurrence
counts once. TRACERY_STORM=1000000 makes it as big as that."""
import collections
import http.client
import itertools
import json
import os
import threading
import uuid

from harness.rollbar import Rollbar, error
from harness.server import Server

OCCURRENCES = int(os.environ.get("TRACERY_STORM", "6000"))
HOT, DISTINCT, CONNECTIONS = 50, 1000, 8


def payload(name, occurrence):
    return json.dumps({"data": {**error(name), "uuid": occurrence}})


class Storm:
    """Sends numbered occurrences over connections of its own until told to stop or cut off."""

    def __init__(self, server, work):
        self.server, self.work, self.lock = server, work, threading.Lock()
        self.acknowledged, self.unanswered = [], []
        self.threads = [threading.Thread(target=self._run) for _ in range(CONNECTIONS)]

    def _next(self):
        with self.lock:
            return next(self.work, None)

    def _run(self):
        connection = http.client.HTTPConnection(*self.server.host_port, timeout=60)
        while (one := self._next()) is not None:
            try:
                connection.request("POST", "/api/1/item/", payload(*one))
                answer = connection.getresponse()
                body = json.loads(answer.read())
                assert answer.status == 200 and body["result"]["uuid"] == one[1], body
                self.acknowledged.append(one)
            except (OSError, http.client.HTTPException):
                self.unanswered.append(one)
                return

    def start(self):
        for thread in self.threads:
            thread.start()
        return self

    def join(self):
        for thread in self.threads:
            thread.join()
        return self


def occurrences(how_many):
    """Each distinct error once, the hot ones in turn for the rest."""
    names = [f"Distinct{i}" for i in range(DISTINCT)]
    names += [f"Hot{i % HOT}" for i in range(how_many - DISTINCT)]
    step = 7919  # A prime: mixes the two kinds in an order that does not change.
    return [(names[i * step % how_many], str(uuid.uuid4())) for i in range(how_many)]


def resolve_some(client, stop):
    for page in itertools.count():
        if stop.is_set():
            return
        for item in client.items(query="Hot", limit=10, page=page % 5 + 1):
            client.ask("PATCH", f"/item/{item['id']}", json={"status": "resolved"})


def counts_by_name(client):
    found = client.items(limit=5000)
    return {i["title"].split(":")[0]: i["lifetime_occurrences"] for i in found}


def resolving(client):
    stop = threading.Event()
    thread = threading.Thread(target=resolve_some, args=(client, stop))
    thread.start()
    return stop, thread


def test_each_acknowledged_occurrence_counts_once(tmp_path):
    assert OCCURRENCES % 7919 != 0
    work = occurrences(OCCURRENCES)
    expected = collections.Counter(name for name, _ in work)
    server = Server(tmp_path / "data").start()
    client = Rollbar(server.url)
    middle = threading.Event()

    def until_middle():
        for i, one in enumerate(work):
            if i == OCCURRENCES // 2:
                middle.set()
            yield one

    feed = until_middle()
    storm = Storm(server, feed).start()
    stop, resolver = resolving(client)
    middle.wait()
    stop.set()
    resolver.join()
    server.kill()
    storm.join()
    with server:
        # What was not answered is sent again, as a client would; some of it is stored already.
        client = Rollbar(server.url)
        rest = Storm(server, itertools.chain(storm.unanswered, feed)).start()
        stop, resolver = resolving(client)
        rest.join()
        stop.set()
        resolver.join()
        assert len(storm.acknowledged) + len(rest.acknowledged) == OCCURRENCES
        assert counts_by_name(client) == expected
        for item in client.items(limit=5000):
            assert item["first_occurrence_id"] <= item["last_occurrence_id"]
            assert item["total_occurrences"] <= item["lifetime_occurrences"]
            if item["status"] == "resolved":
                assert item["last_resolved_timestamp"] is not None

        check_that_resolved_items_come_back(client)
        before = {i["id"]: i for i in client.items(limit=5000)}
        server.kill()
        server.start()
        client = Rollbar(server.url)
        after = {i["id"]: i for i in client.items(limit=5000)}
        assert after == before


def check_that_resolved_items_come_back(client):
    item = client.items(query="Hot1:")[0]
    client.result("PATCH", f"/item/{item['id']}", json={"status": "resolved"})
    assert client.send(error("Hot1")).status_code == 200
    now = client.result("GET", f"/item/{item['id']}")
    assert (now["status"], now["total_occurrences"]) == ("active", 1)
    assert now["lifetime_occurrences"] == item["lifetime_occurrences"] + 1
