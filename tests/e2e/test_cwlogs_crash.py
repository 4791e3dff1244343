# SPDX-License-Identifier: Apache-2.0
"""Killed in full load: every acknowledged line is there, once, in the order it was sent."""
import threading
import time

import requests

from harness.cwlogs import Logs, now_ms
from harness.server import Server

ROUNDS = 5
LINES_IN_BATCH = 50


class Writer(threading.Thread):
    """Sends numbered batches to a stream of its own until the server goes."""

    def __init__(self, server, name, first):
        super().__init__()
        self.server, self.name_, self.next = server, name, first
        self.acknowledged = []

    def run(self):
        logs = Logs(self.server.url)
        try:
            while True:
                batch = [f"{self.name_} {self.next + i}" for i in range(LINES_IN_BATCH)]
                whole_second_ms = 1000 * (now_ms() // 1000)
                answer = logs.put("load", batch, stream=self.name_, time_ms=whole_second_ms)
                assert "rejectedLogEventsInfo" not in answer
                self.acknowledged += batch
                self.next += LINES_IN_BATCH
        except requests.RequestException:
            # It was killed: what was not answered may be there or not.
            self.next += LINES_IN_BATCH


def read_stream(logs, name):
    messages, token = [], {"startFromHead": True}
    while True:
        page = logs.get_log_events(logGroupName="load", logStreamName=name, **token)
        messages += [event["message"] for event in page["events"]]
        if page["nextForwardToken"] == token.get("nextToken"):
            return messages
        token = {"nextToken": page["nextForwardToken"]}


def test_killed_in_full_load(tmp_path):
    names = ["a", "b", "c"]
    acknowledged = {name: [] for name in names}
    first = dict.fromkeys(names, 0)
    server = Server(tmp_path / "data")
    for round_ in range(ROUNDS):
        server.start()
        logs = Logs(server.url)
        if round_ == 0:
            logs.create_log_group(logGroupName="load")
            for name in names:
                logs.create_log_stream(logGroupName="load", logStreamName=name)
        writers = [Writer(server, name, first[name]) for name in names]
        for writer in writers:
            writer.start()
        time.sleep(0.5)
        server.kill()
        for writer in writers:
            writer.join(60)
            assert not writer.is_alive()
            acknowledged[writer.name_] += writer.acknowledged
            first[writer.name_] = writer.next
    with server:
        logs = Logs(server.url)
        for name in names:
            stored = read_stream(logs, name)
            assert len(acknowledged[name]) > 0
            assert set(acknowledged[name]) <= set(stored)
            assert len(stored) == len(set(stored))
            numbers = [int(line.split()[1]) for line in stored]
            assert numbers == sorted(numbers)
            stream = next(each for each in logs.describe_log_streams(
                logGroupName="load")["logStreams"] if each["logStreamName"] == name)
            assert stream["lastEventTimestamp"] <= now_ms()
