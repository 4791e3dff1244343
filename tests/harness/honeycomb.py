# SPDX-License-Identifier: Apache-2.0
"""A client of the Honeycomb API, as far as the tests ask questions with it."""
import time
from urllib.parse import quote

import requests

KEY = {"X-Honeycomb-Team": "any-key-will-do"}


class Api:
    def __init__(self, url, headers=None):
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers.update(KEY if headers is None else headers)

    def get(self, path, **options):
        return self.session.get(self.url + path, timeout=60, **options)

    def post(self, path, **options):
        return self.session.post(self.url + path, timeout=60, **options)

    def send_event(self, dataset, fields, **headers):
        names = {k.replace("_", "-"): v for k, v in headers.items()}
        return self.post(f"/1/events/{quote(dataset, safe='')}", json=fields, headers=names)

    def send_batch(self, dataset, entries):
        return self.post(f"/1/batch/{quote(dataset, safe='')}", json=entries)

    def create_query(self, dataset, spec):
        answer = self.post(f"/1/queries/{dataset}", json=spec)
        assert answer.status_code == 200, (answer.status_code, answer.text)
        return answer.json()["id"]

    def run_query(self, dataset, spec, **options):
        """Runs a query as any client does, create, ask, poll, and returns the finished result."""
        query_id = self.create_query(dataset, spec)
        asked = self.post(f"/1/query_results/{dataset}", json={"query_id": query_id, **options})
        assert asked.status_code == 201, (asked.status_code, asked.text)
        result = asked.json()
        give_up = time.monotonic() + 60
        while not result["complete"]:
            assert time.monotonic() < give_up, f"query never completed: {result}"
            time.sleep(0.02)
            polled = self.get(f"/1/query_results/{dataset}/{result['id']}")
            assert polled.status_code == 200, (polled.status_code, polled.text)
            result = polled.json()
        return result

    def rows(self, dataset, spec):
        """The summary rows of a query over a day that ends an hour from now."""
        window = {"end_time": int(time.time()) + 3600, "time_range": 86400}
        if not {"start_time", "end_time", "time_range"}.isdisjoint(spec):
            window = {}
        result = self.run_query(dataset, {"limit": 1000, **window, **spec})
        assert "data" in result, result
        return [row["data"] for row in result["data"]["results"]]

    def has_dataset(self, dataset):
        return self.get(f"/1/datasets/{dataset}").status_code == 200

    def count(self, dataset, *filters):
        """How many events there are, each weighing one; filters are (column, op, value)."""
        if not self.has_dataset(dataset):
            return 0
        parts = [dict(zip(("column", "op", "value"), f)) for f in filters]
        rows = self.rows(dataset, {"calculations": [{"op": "COUNT"}], "filters": parts,
                                   "usage_mode": True})
        return rows[0]["COUNT"] if rows else 0

    def values(self, dataset, *columns, filters=()):
        """The distinct tuples of the columns, as dictionaries with a COUNT each."""
        parts = [dict(zip(("column", "op", "value"), f)) for f in filters]
        return self.rows(dataset, {"calculations": [{"op": "COUNT"}], "filters": parts,
                                   "breakdowns": list(columns)})

    def wait_for_count(self, dataset, expected, *filters):
        """Waits until that many events are there; a client may still be sending."""
        give_up = time.monotonic() + 30
        while (seen := self.count(dataset, *filters)) < expected and time.monotonic() < give_up:
            time.sleep(0.1)
        return seen
