# SPDX-License-Identifier: Apache-2.0
"""The Honeycomb query and management API, as its clients use it."""
import random
import statistics
import time

import pytest

from harness import otlp
from harness.honeycomb import Api
from harness.server import Server

RANDOM = random.Random(7)
ORDERS = [{"city": RANDOM.choice(["Delft", "Lyon", "Porto"]), "ms": RANDOM.randint(1, 5000),
           "price": RANDOM.randint(100, 9999) / 100, "vip": RANDOM.random() < 0.3,
           **({"coupon": f"C{i % 40}"} if i % 4 == 0 else {})} for i in range(1000)]
DATASET = "orders"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("query") / "data") as server:
        api = Api(server.url)
        answer = api.send_batch(DATASET, [{"data": order} for order in ORDERS])
        assert {s["status"] for s in answer.json()} == {202}
        yield server


def problem_of(answer, status, kind):
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"].split(";")[0] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["type"].endswith(f"/problems/{kind}")
    assert body["title"] and body["error"]
    return body


class TestTheFlow:
    SPEC = {"calculations": [{"op": "P99", "column": "ms"}, {"op": "COUNT"}],
            "breakdowns": ["city"], "time_range": 3600,
            "orders": [{"op": "COUNT", "order": "descending"}]}

    def test_a_query_is_echoed_with_an_id_and_nothing_else(self, api):
        created = api.post(f"/1/queries/{DATASET}", json=self.SPEC).json()

        assert {k: v for k, v in created.items() if k != "id"} == self.SPEC
        assert api.get(f"/1/queries/{DATASET}/{created['id']}").json() == created

    def test_a_result_is_created_then_polled(self, api):
        query_id = api.create_query(DATASET, self.SPEC)

        asked = api.post(f"/1/query_results/{DATASET}", json={"query_id": query_id})

        assert asked.status_code == 201
        assert asked.headers["Location"].endswith(
            f"/1/query_results/{DATASET}/{asked.json()['id']}")
        assert set(asked.json()["links"]) >= {"query_url"}

    def test_a_finished_result_has_its_parts(self, api):
        result = api.run_query(DATASET, self.SPEC)

        assert result["complete"] is True
        rows = [row["data"] for row in result["data"]["results"]]
        assert [set(row) for row in rows] == [{"city", "COUNT", "P99(ms)"}] * 3
        assert [r["COUNT"] for r in rows] == sorted((r["COUNT"] for r in rows), reverse=True)
        series = result["data"]["series"]
        assert sum(point["data"]["COUNT"] for point in series) == len(ORDERS)
        assert all(point["time"].endswith("Z") for point in series)

    def test_series_can_be_left_out(self, api):
        result = api.run_query(DATASET, self.SPEC, disable_series=True)

        assert result["data"]["series"] == []
        assert len(result["data"]["results"]) == 3

    def test_total_and_other_cover_what_the_limit_cut(self, api):
        result = api.run_query(DATASET, {**self.SPEC, "limit": 1})

        top, = (row["data"]["COUNT"] for row in result["data"]["results"])
        assert result["data"]["total_by_aggregate"]["data"]["COUNT"] == len(ORDERS)
        assert result["data"]["other_by_aggregate"]["data"]["COUNT"] == len(ORDERS) - top

    def test_no_match_is_an_empty_list_not_null(self, api):
        result = api.run_query(DATASET, {**self.SPEC, "filters": [
            {"column": "city", "op": "=", "value": "Atlantis"}]})

        assert result["data"]["results"] == []
        assert result["data"]["series"] == []


def test_calculations_agree_with_arithmetic(api):
    ms = [order["ms"] for order in ORDERS]
    ops = [("COUNT", None), ("SUM", "ms"), ("AVG", "ms"), ("MIN", "ms"), ("MAX", "ms"),
           ("COUNT_DISTINCT", "ms"), ("COUNT", "coupon"), ("AVG", "vip"), ("SUM", "price")]
    calculations = [{"op": op, **({"column": c} if c else {})} for op, c in ops]

    row, = api.rows(DATASET, {"calculations": calculations})

    assert row["COUNT"] == 1000
    assert row["SUM(ms)"] == sum(ms)
    assert row["AVG(ms)"] == pytest.approx(statistics.mean(ms))
    assert (row["MIN(ms)"], row["MAX(ms)"]) == (min(ms), max(ms))
    assert row["COUNT_DISTINCT(ms)"] == len(set(ms))
    assert row["COUNT(coupon)"] == 250
    assert row["AVG(vip)"] == pytest.approx(sum(o["vip"] for o in ORDERS) / 1000)
    assert row["SUM(price)"] == pytest.approx(sum(o["price"] for o in ORDERS))


@pytest.mark.parametrize("op,share", [("P001", .001), ("P05", .05), ("P25", .25), ("P50", .5),
                                      ("P90", .9), ("P99", .99), ("P999", .999)])
def test_percentiles_lie_between_the_neighbours(api, op, share):
    ms = sorted(order["ms"] for order in ORDERS)
    rank = int(share * (len(ms) - 1))

    row, = api.rows(DATASET, {"calculations": [{"op": op, "column": "ms"}]})

    low, high = ms[max(rank - 3, 0)], ms[min(rank + 4, len(ms) - 1)]
    assert low * 0.99 <= row[f"{op}(ms)"] <= high * 1.01


FILTERS = [
    ("city", "=", "Lyon", lambda o: o["city"] == "Lyon"),
    ("city", "!=", "Lyon", lambda o: o["city"] != "Lyon"),
    ("ms", ">", 2500, lambda o: o["ms"] > 2500),
    ("ms", ">=", 2500, lambda o: o["ms"] >= 2500),
    ("ms", "<", 100, lambda o: o["ms"] < 100),
    ("ms", "<=", 100, lambda o: o["ms"] <= 100),
    ("price", ">", 50, lambda o: o["price"] > 50),
    ("city", "starts-with", "P", lambda o: o["city"].startswith("P")),
    ("city", "does-not-start-with", "P", lambda o: not o["city"].startswith("P")),
    ("city", "ends-with", "ft", lambda o: o["city"].endswith("ft")),
    ("city", "does-not-end-with", "ft", lambda o: not o["city"].endswith("ft")),
    ("city", "contains", "or", lambda o: "or" in o["city"]),
    ("city", "does-not-contain", "or", lambda o: "or" not in o["city"]),
    ("coupon", "exists", None, lambda o: "coupon" in o),
    ("coupon", "does-not-exist", None, lambda o: "coupon" not in o),
    ("city", "in", ["Lyon", "Delft"], lambda o: o["city"] in ("Lyon", "Delft")),
    ("city", "not-in", ["Lyon", "Delft"], lambda o: o["city"] not in ("Lyon", "Delft")),
    ("vip", "=", True, lambda o: o["vip"]),
]


@pytest.mark.parametrize("column,op,value,keeps", FILTERS, ids=[f"{c} {o}" for c, o, *_ in FILTERS])
def test_every_filter_keeps_what_it_says(api, column, op, value, keeps):
    filters = [(column, op) if value is None else (column, op, value)]

    assert api.count(DATASET, *filters) == sum(map(keeps, ORDERS))


def test_filters_combine_by_or(api):
    row, = api.rows(DATASET, {"filter_combination": "OR", "filters": [
        {"column": "city", "op": "=", "value": "Lyon"},
        {"column": "ms", "op": ">", "value": 4000}]})

    assert row["COUNT"] == sum(o["city"] == "Lyon" or o["ms"] > 4000 for o in ORDERS)


def test_a_missing_value_is_a_group_of_its_own(api):
    rows = api.values(DATASET, "coupon")

    nobody = [row for row in rows if row.get("coupon") is None]
    assert [row["COUNT"] for row in nobody] == [750]
    assert len(rows) == len({o.get("coupon") for o in ORDERS})


def test_orders_limits_and_havings(api):
    rows = api.rows(DATASET, {
        "calculations": [{"op": "COUNT"}], "breakdowns": ["ms"], "limit": 5,
        "havings": [{"calculate_op": "COUNT", "op": ">", "value": 1}],
        "orders": [{"op": "COUNT", "order": "descending"}, {"column": "ms"}]})

    counts = {}
    for order in ORDERS:
        counts[order["ms"]] = counts.get(order["ms"], 0) + 1
    repeated = sorted(((-n, ms) for ms, n in counts.items() if n > 1))[:5]
    assert [(-row["COUNT"], row["ms"]) for row in rows] == repeated


def test_all_datasets_can_be_asked_at_once(api):
    api.send_event("another", {"city": "Ghent"})

    cities = {row["city"] for row in api.values("__all__", "city") if row.get("city")}

    assert cities == {"Delft", "Lyon", "Porto", "Ghent"}


def test_a_heatmap_and_concurrency_answer(api):
    result = api.run_query(DATASET, {"calculations": [
        {"op": "HEATMAP", "column": "ms"}, {"op": "CONCURRENCY"}, {"op": "COUNT"}]})

    assert result["complete"], result
    assert "error" not in result
    assert result["data"]["results"][0]["data"]["COUNT"] == 1000


def test_formulas_stand_in_place_of_the_calculations(api):
    result = api.run_query(DATASET, {
        "calculations": [{"op": "COUNT", "name": "all"}, {"op": "SUM", "column": "ms"},
                         {"op": "COUNT", "name": "vips",
                          "filters": [{"column": "vip", "op": "=", "value": True}]}],
        "formulas": [{"name": "share", "expression": "$vips / $all * 100"},
                     {"name": "none", "expression": "$vips / ($all - $all)"},
                     {"name": "mean", "expression": '$"SUM(ms)" / $all'}],
        "breakdowns": ["city"], "orders": [{"column": "mean", "order": "descending"}],
        "havings": [{"name": "share", "op": ">", "value": 0}], "limit": 2})

    def expected(orders):
        return {"share": pytest.approx(statistics.mean(o["vip"] for o in orders) * 100),
                "none": None, "mean": pytest.approx(statistics.mean(o["ms"] for o in orders))}

    by_city = {city: expected([o for o in ORDERS if o["city"] == city])
               for city in ("Delft", "Lyon", "Porto")}
    ranked = sorted(by_city, key=lambda city: -statistics.mean(
        o["ms"] for o in ORDERS if o["city"] == city))
    data = result["data"]
    assert [row["data"] for row in data["results"]] == [
        {**by_city[city], "city": city} for city in ranked[:2]]
    assert data["total_by_aggregate"]["data"] == expected(ORDERS)
    assert data["other_by_aggregate"]["data"] == by_city[ranked[2]]
    assert all(set(point["data"]) == {"share", "none", "mean", "city"}
               for point in data["series"])


def test_a_comparison_is_run_and_returned(api):
    moment = int(time.time()) // 600 * 600 - 20 * 86400
    entries = [(moment - 86400, "a"), (moment - 86400, "a"), (moment - 86400, "old"), (moment, "a"),
               (moment + 60, "new")]
    api.send_batch("compared", [{"time": str(t), "data": {"group": g}} for t, g in entries])

    result = api.run_query("compared", {
        "breakdowns": ["group"], "orders": [{"column": "group"}], "granularity": 60,
        "start_time": moment, "end_time": moment + 600, "compare_time_offset_seconds": 86400})

    data, then = result["data"], result["data"]["compare"]
    assert [row["data"] for row in data["results"]] == [
        {"COUNT": 1, "group": "a"}, {"COUNT": 1, "group": "new"}]
    assert then["time_offset_seconds"] == 86400
    assert [row["data"] for row in then["results"]] == [{"COUNT": 2, "group": "a"}]
    assert then["total_by_aggregate"]["data"] == {"COUNT": 3}
    assert [point["data"] for point in then["series"]] == [{"COUNT": 2, "group": "a"}]
    assert then["series"][0]["time"] == time.strftime(
        "%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment - 86400))


class TestRefusals:
    @pytest.mark.parametrize("body", [b"", b"{", b"not json"])
    def test_a_body_that_is_no_json(self, api, body):
        answer = api.post(f"/1/queries/{DATASET}", data=body,
                          headers={"Content-Type": "application/json"})

        assert problem_of(answer, 400, "unparseable")["error"] == "could not parse request body"

    @pytest.mark.parametrize("spec", [
        {"unknown_field": 1},
        {"calculations": [{"op": "P51", "column": "ms"}]},
        {"calculations": [{"op": "SUM"}]},
        {"filters": [{"column": "ms", "op": "~", "value": 1}]},
        {"filters": [{"column": "ms", "op": "in", "value": 1}]},
        {"orders": [{"op": "MAX", "column": "ms"}]},
        {"havings": [{"calculate_op": "MAX", "column": "ms", "op": ">", "value": 1}]},
        {"limit": 0},
        {"limit": 1001},
        {"start_time": 2000, "end_time": 1000},
        {"start_time": 1000, "end_time": 2000, "time_range": 10},
        {"calculations": {"op": "COUNT"}},
        {"formulas": [{"name": "f", "expression": "$nobody * 2"}]},
        {"formulas": [{"name": "f", "expression": "1 +"}]},
        {"compare_time_offset_seconds": 5},
        {"compare_time_offset_seconds": 3600, "time_range": 7200},
    ], ids=str)
    def test_a_query_that_makes_no_sense(self, api, spec):
        answer = api.post(f"/1/queries/{DATASET}", json=spec)

        assert answer.status_code in (400, 422), answer.text
        assert answer.headers["Content-Type"].split(";")[0] == "application/problem+json"
        assert answer.json()["error"]

    def test_a_dataset_that_is_not_there(self, api):
        answer = api.post("/1/queries/no-such-dataset", json={})

        assert problem_of(answer, 404, "not-found")["error"] == "Dataset not found"

    @pytest.mark.parametrize("path", ["queries", "query_results", "query_annotations"])
    def test_an_id_that_is_not_there(self, api, path):
        problem_of(api.get(f"/1/{path}/{DATASET}/nosuchid"), 404, "not-found")

    def test_a_result_of_no_query(self, api):
        answer = api.post(f"/1/query_results/{DATASET}", json={"query_id": "nosuchid"})

        assert answer.status_code in (400, 404)
        assert answer.json()["error"]

    def test_a_query_that_is_too_long(self, api):
        spec = {"filters": [{"column": "city", "op": "=", "value": "x" * 200_000}]}

        problem_of(api.post(f"/1/queries/{DATASET}", json=spec), 413, "payload-too-large")


class TestManagement:
    def test_auth_says_what_the_key_may_do(self, api):
        body = api.get("/1/auth").json()

        assert body["api_key_access"]["events"] is True
        assert body["api_key_access"]["queries"] is True
        assert {"name", "slug"} <= set(body["team"])
        assert {"name", "slug"} <= set(body["environment"])

    def test_datasets_are_listed_with_their_counts(self, api):
        listed = {d["slug"]: d for d in api.get("/1/datasets").json()}

        assert listed[DATASET]["name"] == DATASET
        assert listed[DATASET]["created_at"].endswith("Z")
        assert listed[DATASET]["last_written_at"].endswith("Z")
        # The fields that were sent, and those every event has.
        assert listed[DATASET]["regular_columns_count"] == 7

    def test_a_dataset_is_created_once(self, api):
        first = api.post("/1/datasets", json={"name": "Fresh", "description": "new"})
        second = api.post("/1/datasets", json={"name": "Fresh"})

        assert (first.status_code, second.status_code) == (201, 200)
        assert first.json()["slug"] == second.json()["slug"] == "fresh"

    def test_columns_are_listed_and_found_by_name(self, api):
        names = {c["key_name"] for c in api.get(f"/1/columns/{DATASET}").json()}
        found = api.get(f"/1/columns/{DATASET}", params={"key_name": "ms"}).json()

        assert names == {"city", "ms", "price", "vip", "coupon", "meta.source",
                         "meta.signal_type"}
        assert (found["key_name"], found["type"]) == ("ms", "integer")
        assert api.get(f"/1/columns/{DATASET}", params={"key_name": "no"}).status_code == 404

    def test_saved_queries_live_their_life(self, api):
        path, query_id = f"/1/query_annotations/{DATASET}", api.create_query(DATASET, {})

        made = api.post(path, json={"name": "Latency by user", "query_id": query_id})
        assert made.status_code == 201, made.text
        one = f"{path}/{made.json()['id']}"
        renamed = api.session.put(api.url + one, timeout=10,
                                  json={"name": "Slow users", "query_id": query_id})

        assert renamed.status_code == 200
        assert api.get(one).json()["name"] == "Slow users"
        assert [a["name"] for a in api.get(path).json()] == ["Slow users"]
        assert api.session.delete(api.url + one, timeout=10).status_code == 204
        assert api.get(one).status_code == 404

    def test_boards_live_their_life(self, api):
        query_id = api.create_query(DATASET, {})
        annotation = api.post(f"/1/query_annotations/{DATASET}",
                              json={"name": "q", "query_id": query_id}).json()
        panel = {"type": "query", "query_panel": {
            "query_id": query_id, "query_annotation_id": annotation["id"],
            "query_style": "graph"}}

        made = api.post("/1/boards", json={"name": "Shop", "type": "flexible",
                                           "panels": [panel]})

        assert made.status_code == 201, made.text
        one = f"/1/boards/{made.json()['id']}"
        assert api.get(one).json()["panels"][0]["query_panel"]["query_id"] == query_id
        assert "Shop" in [b["name"] for b in api.get("/1/boards").json()]
        assert api.get(one + "/").status_code == 200
        assert api.session.delete(api.url + one, timeout=10).status_code == 204
        assert api.get(one).status_code == 404

    def test_what_was_saved_outlives_a_restart(self, tmp_path):
        with Server(tmp_path / "data") as server:
            api = Api(server.url)
            api.send_event("d", {"n": 1})
            query_id = api.create_query("d", {"breakdowns": ["n"]})
            api.post("/1/query_annotations/d", json={"name": "kept", "query_id": query_id})
            server.kill()
        with Server(tmp_path / "data") as server:
            api = Api(server.url)
            assert api.get(f"/1/queries/d/{query_id}").json()["breakdowns"] == ["n"]
            assert [a["name"] for a in api.get("/1/query_annotations/d").json()] == ["kept"]


def test_an_accepted_event_is_seen_by_the_next_query(api):
    for i in range(1, 30):
        answer = otlp.post(api, "traces", otlp.sample("traces", "at-once", 1))

        assert answer.status_code == 200
        assert api.count("at-once") == i


def test_a_time_window_is_half_open_and_late_data_is_found(api):
    moment = int(time.time()) - 40 * 86400
    times = [moment - 1, moment, moment + 59, moment + 60]
    api.send_batch("late", [{"time": str(t), "data": {"t": t}} for t in times])

    rows = api.rows("late", {"breakdowns": ["t"], "start_time": moment, "end_time": moment + 60})

    assert sorted(row["t"] for row in rows) == [moment, moment + 59]
