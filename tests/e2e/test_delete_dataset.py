# SPDX-License-Identifier: Apache-2.0
"""What a dataset held when it was deleted is gone for good, by every way of asking."""
import time

import pytest

from harness import otlp
from harness.honeycomb import Api
from harness.server import Server

OLD_TRACE, NEW_TRACE = "ab" * 16, "cd" * 16


def send(api, name, trace):
    spans = [otlp.span(name, traceId=trace, fields={name: True}) for _ in range(3)]
    assert otlp.post(api, "traces", otlp.traces("Doomed", spans)).status_code == 200
    assert otlp.post(api, "traces", otlp.traces("spared", [otlp.span("stays")])).status_code == 200


def delete(api, dataset):
    path = f"{api.url}/1/datasets/{dataset}"
    assert api.session.delete(path).status_code == 409
    unprotect = api.session.put(path, json={"settings": {"delete_protected": False}})
    assert unprotect.status_code == 200
    assert api.session.delete(path).status_code == 202
    assert api.get(f"/1/datasets/{dataset}").status_code == 404


def events(api, dataset):
    now_ms = int(time.time() * 1000)
    body = {"dataset": dataset, "start_ms": now_ms - 3_600_000, "end_ms": now_ms + 60_000}
    return api.post("/ui/api/v1/events", json=body).json()["events"]


def check_only_the_new_is_there(api):
    assert api.count("doomed") == 3
    assert [row["name"] for row in api.values("__all__", "name")] == ["new", "stays"]
    assert {e["data"]["name"] for e in events(api, "__all__")} == {"new", "stays"}
    assert api.get(f"/ui/api/v1/trace/{OLD_TRACE}/cols").status_code == 404
    assert api.get(f"/ui/api/v1/trace/{NEW_TRACE}/cols").status_code == 200
    columns = {c["key_name"] for c in api.get("/1/columns/doomed").json()}
    assert "new" in columns and "old" not in columns
    listed = {d["slug"]: d["events"]
              for d in api.get("/ui/api/v1/datasets").json()["datasets"]}
    assert listed == {"doomed": 3, "spared": 2}


@pytest.mark.parametrize("restart_before", [False, True], ids=["in memory", "on disk"])
def test_deleted_events_never_come_back(tmp_path, restart_before):
    with Server(tmp_path / "data") as server:
        send(Api(server.url), "old", OLD_TRACE)
        if restart_before:
            server.stop()
            server.start()
        api = Api(server.url)
        delete(api, "doomed")
        assert {e["dataset"] for e in events(api, "__all__")} == {"spared"}

        send(api, "new", NEW_TRACE)

        check_only_the_new_is_there(api)
        server.kill()
        server.start()
        check_only_the_new_is_there(Api(server.url))
