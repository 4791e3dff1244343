# SPDX-License-Identifier: Apache-2.0
"""The API of the web UI, docs/wire/ui-api.md, and the pages themselves."""
import json
import re
import struct
import time

import pytest

from harness import otlp
from harness.event_stream import read_events
from harness.honeycomb import Api
from harness.server import Server

SHOP = "ui-shop"
USERS = 7
REQUESTS = 210


def now_ms():
    return int(time.time() * 1000)


def request_spans(i, base_ns):
    """One request: a server span with two children, the second failing now and then."""
    trace, root = otlp.new_id(16), otlp.new_id(8)
    fields = {"app.user_id": f"user-{i % USERS}", "http.route": "/cart"}
    start = base_ns - i * 1_000_000

    def part(name, kind, offset_ns, length_ns, **members):
        return {"traceId": trace, "spanId": otlp.new_id(8), "name": name, "kind": kind,
                "parentSpanId": root, "startTimeUnixNano": str(start + offset_ns),
                "endTimeUnixNano": str(start + offset_ns + length_ns), "attributes": [], **members}

    server = part("GET /cart", 2, 0, (i + 1) * 1_000_000, spanId=root,
                  attributes=otlp.attributes(fields))
    del server["parentSpanId"]
    failed = {"code": 2, "message": "locked"} if i % 10 == 0 else {"code": 0}
    return [server, part("SELECT", 3, 1000, 400_000),
            part("UPDATE", 3, 500_000, 300_000, status=failed)]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("ui") / "data") as server:
        api = Api(server.url, headers={})
        base = otlp.now_ns() - 60 * 10**9
        spans = [span for i in range(REQUESTS) for span in request_spans(i, base)]
        assert otlp.post(api, "traces", otlp.traces(SHOP, spans)).status_code == 200
        yield server


@pytest.fixture
def api(server):
    yield Api(server.url, headers={})
    server.check_alive()


def run_query(api, spec, dataset=SHOP, **options):
    made = api.post("/ui/api/v1/query", json={"dataset": dataset, "query": spec, **options})
    assert made.status_code == 201, made.text
    with api.get(f"/ui/api/v1/query/{made.json()['id']}/stream", stream=True) as stream:
        events = list(read_events(stream, until=("done", "error")))
    assert events[-1][0] == "done", events[-1]
    return events


def window():
    return {"start_ms": now_ms() - 3_600_000, "end_ms": now_ms() + 3_600_000}


class TestQueries:
    SPEC = {"calculations": [{"op": "HEATMAP", "column": "duration_ms"},
                             {"op": "P95", "column": "duration_ms"}, {"op": "COUNT"}],
            "breakdowns": ["app.user_id"], "time_range": 3600, "limit": 3,
            "filters": [{"column": "app.user_id", "op": "exists"}],
            "orders": [{"op": "COUNT", "order": "descending"}]}

    def test_progress_comes_before_the_result(self, api):
        events = run_query(api, self.SPEC)

        assert events[0][0] == "progress"
        assert {"rows_scanned", "rows_total", "elapsed_ms"} <= set(events[0][1])

    def test_the_result_has_the_documented_shape(self, api):
        result = run_query(api, self.SPEC)[-1][1]

        assert result["complete"] is True
        assert [c["key"] for c in result["calculations"]] == [
            "HEATMAP(duration_ms)", "P95(duration_ms)", "COUNT"]
        assert result["breakdowns"] == ["app.user_id"]
        assert [row["values"][2] for row in result["rows"]] == [REQUESTS / USERS] * 3
        assert all(row["values"][0] is None for row in result["rows"])
        assert result["total"]["values"][2] == REQUESTS
        assert result["other"]["values"][2] == REQUESTS - 3 * REQUESTS / USERS
        assert result["other"]["groups"] == USERS - 3
        assert result["groups_total"] == USERS
        assert result["stats"]["rows_matched"] == REQUESTS

    def test_series_line_up_and_gaps_are_null(self, api):
        result = run_query(api, self.SPEC)[-1][1]

        series, times = result["series"], result["series"]["times_ms"]
        assert times == sorted(times)
        lists = [line for row in series["rows"] for line in row] + series["total"]
        assert {len(line) for line in lists} == {len(times)}
        counts = series["total"][2]
        assert None in counts and 0 not in counts
        assert sum(filter(None, counts)) == REQUESTS

    def test_a_heatmap_s_cells_add_up(self, api):
        result = run_query(api, self.SPEC)[-1][1]

        cells = [cell for bucket in result["series"]["total"][0] if bucket for cell in bucket]
        assert sum(count for _, _, count in cells) == REQUESTS
        assert all(low < high for low, high, _ in cells)
        assert min(low for low, _, _ in cells) <= 1 and max(h for _, h, _ in cells) >= REQUESTS

    def test_formulas_are_listed_in_place_of_the_calculations(self, api):
        spec = {"calculations": [{"op": "COUNT"}, {"op": "SUM", "column": "duration_ms"}],
                "formulas": [{"name": "mean", "expression": '$"SUM(duration_ms)" / $COUNT'}],
                "time_range": 3600}

        result = run_query(api, spec)[-1][1]

        mean = run_query(api, {"calculations": [{"op": "AVG", "column": "duration_ms"}],
                               "time_range": 3600})[-1][1]
        assert result["calculations"] == [{"key": "mean", "op": "FORMULA", "column": None}]
        assert result["rows"][0]["values"] == pytest.approx(mean["rows"][0]["values"])
        assert len(result["series"]["total"]) == 1
        assert result["compare"] is None

    def test_a_comparison_lines_up_with_the_result(self, api):
        moment = int(time.time()) // 600 * 600 - 10 * 86400
        entries = [(moment - 3600 + 120, "a"), (moment - 3600, "a"), (moment, "b"), (moment, "a")]
        api.send_batch("earlier", [{"time": str(t), "data": {"g": g}} for t, g in entries])

        result = run_query(api, {
            "breakdowns": ["g"], "orders": [{"column": "g"}], "granularity": 60,
            "start_time": moment, "end_time": moment + 300,
            "compare_time_offset_seconds": 3600}, dataset="earlier")[-1][1]

        then = result["compare"]
        assert then["offset_s"] == 3600
        assert (then["start_ms"], then["end_ms"]) == (
            (moment - 3600) * 1000, (moment - 3300) * 1000)
        assert [row["group"] for row in result["rows"]] == [["a"], ["b"]]
        assert then["rows"] == [{"values": [2]}, None]
        assert then["total"] == {"values": [2]}
        assert then["series"]["times_ms"] == [t - 3_600_000 for t in result["series"]["times_ms"]]
        assert then["series"]["rows"] == [[[1, None, 1, None, None]], None]
        assert then["series"]["total"] == [[1, None, 1, None, None]]

    def test_both_query_apis_agree(self, api):
        window = {"start_time": int(time.time()) - 3600, "end_time": int(time.time()) + 60}
        spec = {**self.SPEC, **window, "calculations": self.SPEC["calculations"][1:]}
        del spec["time_range"]

        mine = run_query(api, spec)[-1][1]
        theirs = Api(api.url).rows(SHOP, spec)

        assert [[r["P95(duration_ms)"], r["COUNT"]] for r in theirs] == [
            row["values"] for row in mine["rows"]]

    def test_a_wrong_query_is_refused_at_once_with_its_place(self, api):
        answer = api.post("/ui/api/v1/query", json={"dataset": SHOP, "query": {
            "filters": [{"column": "a", "op": "~", "value": 1}]}})

        assert answer.status_code == 400
        assert answer.json()["code"] == "bad_query"
        assert answer.json()["field"].startswith("filters")

    def test_a_query_can_be_cancelled_and_forgotten(self, api):
        made = api.post("/ui/api/v1/query", json={"dataset": SHOP, "query": {}}).json()
        path = f"{api.url}/ui/api/v1/query/{made['id']}"

        assert api.session.delete(path, timeout=10).status_code == 204
        assert api.session.delete(path + "x", timeout=10).status_code == 204

    def test_connecting_late_or_again_still_tells_the_end(self, api):
        made = api.post("/ui/api/v1/query", json={"dataset": SHOP, "query": {}}).json()
        for _ in range(2):
            with api.get(f"/ui/api/v1/query/{made['id']}/stream", stream=True) as stream:
                last = list(read_events(stream, until=("done", "error")))[-1]
            assert last[0] == "done"

    def test_a_query_of_the_vendor_s_api_can_be_followed_too(self, api):
        made = api.post(f"/1/query_results/{SHOP}", json={"query": {}}).json()

        with api.get(f"/ui/api/v1/query/{made['id']}/stream", stream=True) as stream:
            name, result = list(read_events(stream, until=("done", "error")))[-1]

        assert (name, result["dataset"]) == ("done", SHOP)
        assert "id" not in result["query"]


@pytest.mark.parametrize("trace_id", ["order-1", "1-5759E988-bd862e3fe1be46a994272793"])
def test_a_trace_whose_id_was_sent_as_text_opens_from_the_list(tmp_path, trace_id):
    events = [{"data": {"name": name, "service.name": "texts", "trace.trace_id": trace_id,
                        "trace.span_id": span, "duration_ms": 5}}
              for name, span in (("first", "00000000000000a1"), ("second", "00000000000000a2"))]
    with Server(tmp_path / "data") as server:
        api = Api(server.url)
        assert {s["status"] for s in api.send_batch("texts", events).json()} == {202}

        now_ms = int(time.time() * 1000)
        listed = api.post("/ui/api/v1/traces", json={
            "dataset": "texts", "start_ms": now_ms - 600_000, "end_ms": now_ms + 600_000}).json()
        trace, = listed["traces"]
        opened = api.get(f"/ui/api/v1/trace/{trace['trace_id']}/span/00000000000000a1").json()

    assert trace["span_count"] == 2
    assert opened["fields"]["trace.trace_id"] == trace_id


class TestEventsAndTraces:
    def test_events_come_newest_first_page_by_page(self, api):
        seen, before = [], None
        while True:
            answer = api.post("/ui/api/v1/events", json={
                "dataset": SHOP, **window(), "filters": [], "columns": ["name"], "limit": 200,
                "before": before}).json()
            seen += answer["events"]
            before = answer["next"]
            if before is None:
                break

        assert answer["matched"] == len(seen) == 3 * REQUESTS
        times = [int(event["time_ns"]) for event in seen]
        assert times == sorted(times, reverse=True)
        assert len({event["span_id"] for event in seen}) == 3 * REQUESTS
        assert set(seen[0]["data"]) == {"name"}

    def test_all_fields_of_an_event_are_there_when_none_is_named(self, api):
        answer = api.post("/ui/api/v1/events", json={
            "dataset": SHOP, **window(), "columns": [], "limit": 1,
            "filters": [{"column": "app.user_id", "op": "=", "value": "user-3"}]}).json()

        assert answer["matched"] == REQUESTS / USERS
        data = answer["events"][0]["data"]
        assert (data["app.user_id"], data["service.name"], data["status_code"]) == (
            "user-3", SHOP, 0)

    @pytest.mark.parametrize("order", ["newest", "slowest"])
    def test_traces_are_listed_in_order(self, api, order):
        answer = api.post("/ui/api/v1/traces", json={
            "dataset": "__all__", **window(), "filters": [], "order": order, "limit": 20,
            "columns": ["app.user_id"]}).json()

        assert answer["matched"] == REQUESTS
        traces = answer["traces"]
        key = "start_ns" if order == "newest" else "duration_ns"
        values = [int(trace[key]) for trace in traces]
        assert len(values) == 20 and values == sorted(values, reverse=True)
        first = traces[0]
        assert (first["root_name"], first["root_service"], first["span_count"]) == (
            "GET /cart", SHOP, 3)
        assert first["values"][0].startswith("user-")

    def test_a_filter_on_a_child_finds_its_trace(self, api):
        answer = api.post("/ui/api/v1/traces", json={
            "dataset": SHOP, **window(), "order": "newest", "columns": [], "limit": 200,
            "filters": [{"column": "error", "op": "=", "value": True}]}).json()

        assert answer["matched"] == len(answer["traces"]) == REQUESTS / 10
        assert {t["error_count"] for t in answer["traces"]} == {1}
        assert {t["matched_spans"] for t in answer["traces"]} == {1}


class TestOneTrace:
    TYPES = {"i32": "i", "u32": "I", "u16": "H", "u8": "B", "f64": "d", "u64": "Q"}

    @pytest.fixture
    def trace_id(self, api):
        answer = api.post("/ui/api/v1/traces", json={
            "dataset": SHOP, **window(), "order": "slowest", "columns": [], "limit": 1,
            "filters": [{"column": "error", "op": "=", "value": True}]}).json()
        return answer["traces"][0]["trace_id"]

    def columns_of(self, answer):
        assert answer.status_code == 200, answer.text
        assert answer.headers["Content-Type"] == "application/x-tracery-cols"
        length, = struct.unpack_from("<I", answer.content)
        header = json.loads(answer.content[4:4 + length])
        start = (4 + length + 7) // 8 * 8
        columns = {}
        for column in header["cols"]:
            kind = self.TYPES[column["type"]]
            count = column["len"] // struct.calcsize(kind)
            assert (start + column["off"]) % 8 == 0
            columns[column["k"]] = struct.unpack_from(f"<{count}{kind}", answer.content,
                                                      start + column["off"])
        return header, columns

    def test_its_columns_describe_the_tree(self, api, trace_id):
        header, columns = self.columns_of(api.get(f"/ui/api/v1/trace/{trace_id}/cols"))

        assert header["n"] == 3
        assert columns["parent"] == (-1, 0, 0)
        assert columns["end"] == (3, 2, 3)
        assert columns["depth"] == (0, 1, 1)
        assert [header["dict"]["name"][i] for i in columns["name"]] == [
            "GET /cart", "SELECT", "UPDATE"]
        assert columns["start"] == (0, 1000, 500_000)
        assert columns["dur"][1:] == (400_000, 300_000)
        assert [flags & 1 for flags in columns["flags"]] == [0, 0, 1]
        assert columns["self"][0] == columns["dur"][0] - 700_000

    def test_unchanged_it_is_not_sent_again(self, api, trace_id):
        path = f"/ui/api/v1/trace/{trace_id}/cols"
        tag = api.get(path).headers["ETag"]

        assert api.get(path, headers={"If-None-Match": tag}).status_code == 304

    def test_a_span_has_all_its_fields(self, api, trace_id):
        _, columns = self.columns_of(api.get(f"/ui/api/v1/trace/{trace_id}/cols"))
        failed = f"{columns['span_id'][2]:016x}"

        span = api.get(f"/ui/api/v1/trace/{trace_id}/span/{failed}").json()

        assert (span["name"], span["service"], span["kind"], span["error"],
                span["status_message"]) == ("UPDATE", SHOP, "client", True, "locked")
        assert span["duration_ns"] == "300000"

    def test_many_spans_are_read_at_once(self, api, trace_id):
        _, columns = self.columns_of(api.get(f"/ui/api/v1/trace/{trace_id}/cols"))
        ids = [f"{span_id:016x}" for span_id in columns["span_id"]]
        path = f"/ui/api/v1/trace/{trace_id}/spans"

        spans = api.post(path, json={"span_ids": [ids[2], "00000000000000ff", ids[0]]}).json()

        assert [span["span_id"] for span in spans["spans"]] == [ids[2], ids[0]]
        assert spans["spans"][1]["fields"]["http.route"] == "/cart"
        assert "sources" not in spans["spans"][0]
        assert api.post(path, json={"span_ids": ["x"]}).status_code == 404
        assert api.post(path, json={"span_ids": ids[:1] * 2001}).status_code == 413
        assert api.post(path, json={}).status_code == 400

    def test_one_field_is_read_of_every_row(self, api, trace_id):
        path = f"/ui/api/v1/trace/{trace_id}/field"
        span = api.get(f"/ui/api/v1/trace/{trace_id}/cols")
        _, columns = self.columns_of(span)
        root = f"{columns['span_id'][0]:016x}"
        user = api.get(f"/ui/api/v1/trace/{trace_id}/span/{root}").json()["fields"]["app.user_id"]

        assert api.get(path, params={"name": "app.user_id"}).json() == {
            "values": [user], "rows": [0, -1, -1]}
        assert api.get(path, params={"name": "name"}).json() == {
            "values": ["GET /cart", "SELECT", "UPDATE"], "rows": [0, 1, 2]}
        assert api.get(path, params={"name": "no.such"}).json() == {
            "values": [], "rows": [-1, -1, -1]}

    def test_a_parent_that_never_came_has_a_row_and_events_are_marks(self, tmp_path):
        trace, base = otlp.new_id(16), otlp.now_ns()
        orphan = {"traceId": trace, "spanId": otlp.new_id(8), "parentSpanId": "00000000000000aa",
                  "name": "orphan", "kind": 1, "startTimeUnixNano": str(base),
                  "endTimeUnixNano": str(base + 1000),
                  "events": [{"name": "step", "timeUnixNano": str(base + 400)}]}
        with Server(tmp_path / "data") as server:
            api = Api(server.url, headers={})
            assert otlp.post(api, "traces", otlp.traces(SHOP, [orphan])).status_code == 200
            header, columns = self.columns_of(api.get(f"/ui/api/v1/trace/{trace}/cols"))

        assert (header["missing_parents"], header["marks"]) == (1, 1)
        assert columns["span_id"][0] == 0xaa
        assert columns["parent"] == (-1, 0)
        assert columns["flags"] == (1024, 64 + 2)
        assert columns["dur"] == (1000, 1000)
        assert (columns["mark_row"], columns["mark_at"]) == ((1,), (400,))
        assert header["dict"]["name"][columns["mark_name"][0]] == "step"

    def test_a_search_inside_it_names_rows(self, api, trace_id):
        path = f"/ui/api/v1/trace/{trace_id}/search"

        assert api.get(path, params={"q": "update"}).json() == {"rows": [2], "total": 1}
        assert api.get(path, params={"q": "error = true"}).json() == {"rows": [2], "total": 1}

    def test_an_x_ray_spelling_of_the_id_finds_it(self, api, trace_id):
        spelled = f"1-{trace_id[:8]}-{trace_id[8:]}"

        assert api.get(f"/ui/api/v1/trace/{spelled}/cols").status_code == 200

    def test_what_is_not_there_is_404(self, api):
        answer = api.get(f"/ui/api/v1/trace/{'ab' * 16}/cols")

        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


class TestNames:
    def test_columns_for_autocompletion(self, api):
        found = api.get("/ui/api/v1/columns", params={"dataset": SHOP, "prefix": "user"}).json()

        assert [(c["key"], c["type"]) for c in found["columns"]] == [("app.user_id", "string")]

    def test_values_for_autocompletion(self, api):
        found = api.get("/ui/api/v1/values", params={"dataset": SHOP, "column": "app.user_id",
                                                     "prefix": "user-", "t": "1h"}).json()

        assert {(v["value"], v["count"]) for v in found["values"]} == {
            (f"user-{i}", REQUESTS / USERS) for i in range(USERS)}

    def test_datasets(self, api):
        found = {d["slug"]: d for d in api.get("/ui/api/v1/datasets").json()["datasets"]}

        assert found[SHOP]["events"] == 3 * REQUESTS
        assert found[SHOP]["signals"] == ["trace"]


class TestHome:
    def test_the_overview_counts_spans_and_errors(self, api):
        overview = api.get("/ui/api/v1/overview", params={"t": "1h"}).json()

        service, = [s for s in overview["services"] if s["service"] == SHOP]
        assert (service["spans"], service["errors"]) == (3 * REQUESTS, REQUESTS / 10)
        assert sum(service["series"]["spans"]) == 3 * REQUESTS
        assert 30 <= len(service["series"]["spans"]) <= 60
        assert len(overview["traces"]) == 10
        assert overview["events_ever"] >= 3 * REQUESTS

    def test_an_empty_server_says_so(self, tmp_path):
        with Server(tmp_path / "data") as server:
            overview = Api(server.url).get("/ui/api/v1/overview").json()

        assert (overview["events_ever"], overview["services"], overview["traces"]) == (0, [], [])

    def test_status_names_the_real_ports(self, api, server):
        status = api.get("/ui/api/v1/status").json()

        assert status["http"] == server.http_addresses
        assert status["grpc"] == [server.grpc_address]
        assert status["xray"] == [server.xray_address]
        assert status["open"] is True

    def test_the_first_event_is_announced_while_one_watches(self, api):
        with api.get("/ui/api/v1/live", stream=True) as stream:
            events = read_events(stream)
            assert next(events)[0] == "hello"
            otlp.post(api, "traces", otlp.sample("traces", "ui-live", 3))
            name, arrived = next(events)

        assert name == "arrived"
        assert (arrived["dataset"], arrived["signal"], arrived["source"], arrived["count"]) == (
            "ui-live", "trace", "otlp", 3)

    @pytest.mark.parametrize("source", ["otlp", "honeycomb", "xray"])
    def test_a_test_event_goes_through_the_real_port(self, api, source):
        sent = api.post("/ui/api/v1/send-test", json={"source": source}).json()

        assert sent["status"] in (200, 202)
        assert Api(api.url).count(sent["dataset"], ("trace.trace_id", "=", sent["trace_id"])) == 3


class TestKept:
    def test_history_is_newest_first_and_a_repeat_is_one_entry(self, api):
        for name in ("a", "b", "b"):
            made = api.post("/ui/api/v1/history", json={
                "dataset": SHOP, "query": {"breakdowns": [name]}, "elapsed_ms": 1.5,
                "rows_matched": 3})
            assert made.status_code == 201

        history = api.get("/ui/api/v1/history").json()["history"]
        assert [h["query"]["breakdowns"] for h in history[:2]] == [["b"], ["a"]]

    def test_a_new_server_has_its_starter_board(self, api):
        saved = {s["name"]: s for s in api.get("/ui/api/v1/saved").json()["saved"]}
        boards = {b["name"]: b for b in Api(api.url).get("/1/boards").json()}

        assert set(saved) >= {"Latency by UserID", "Recent traces", "Errors by service",
                              "Slowest routes", "Front↔back network latency"}
        assert len(boards["Getting started"]["panels"]) == 5

    def test_keys_are_made_listed_and_revoked(self, api):
        made = api.post("/ui/api/v1/keys", json={"name": "laptop", "type": "ingest"})
        assert made.status_code == 201
        key = made.json()

        listed = api.get("/ui/api/v1/keys").json()["keys"]
        gone = api.session.delete(f"{api.url}/ui/api/v1/keys/{key['id']}", timeout=10)
        after = api.get("/ui/api/v1/keys").json()["keys"]

        assert key["key"].startswith(key["prefix"])
        assert key["id"] in [k["id"] for k in listed]
        assert all("key" not in k for k in listed)
        assert gone.status_code == 204
        assert key["id"] not in [k["id"] for k in after]


class TestPages:
    def test_every_page_is_the_same_document(self, api):
        home = api.get("/")

        assert home.status_code == 200
        assert home.headers["Content-Type"].startswith("text/html")
        assert "<!doctype html>" in home.text.lower()
        assert api.get("/query").content == home.content
        assert api.get(f"/trace/{'ab' * 16}").content == home.content

    def test_what_the_document_names_is_there_and_may_be_kept(self, api):
        names = re.findall(r'(?:src|href)="(/assets/[^"]+)"', api.get("/").text)

        assert names
        for name in names:
            asset = api.get(name)
            assert asset.status_code == 200
            assert "immutable" in asset.headers["Cache-Control"]
        assert api.get("/assets/none.js").status_code == 404

    def test_another_origin_may_not_use_it(self, api):
        answer = api.get("/ui/api/v1/status", headers={"Origin": "https://evil.example"})

        assert answer.status_code == 403

    def test_an_unknown_path_of_the_api_is_404_in_its_own_form(self, api):
        answer = api.get("/ui/api/v1/none")

        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
