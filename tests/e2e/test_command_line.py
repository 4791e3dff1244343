# SPDX-License-Identifier: Apache-2.0
"""The verbs of the binary: data to stdout, words to stderr, exit codes 0, 1 and 2."""
import json
import re
import select
import subprocess
import time

import pytest

from harness import otlp, xray
from harness.honeycomb import Api
from harness.server import BINARY, Server, clean_environment, run_cli


def test_version_says_its_version():
    ended = run_cli("version")

    assert ended.returncode == 0
    assert re.search(r"\d+\.\d+\.\d+", ended.stdout)
    assert json.loads(run_cli("version", "--json").stdout)["version"] in ended.stdout


@pytest.mark.parametrize("arguments", [["--help"], ["serve", "--help"], ["query", "--help"]])
def test_help_is_help(arguments):
    ended = run_cli(*arguments)

    assert ended.returncode == 0
    assert "Usage" in ended.stdout or "usage" in ended.stdout


@pytest.mark.parametrize("arguments", [[], ["fly"], ["key"], ["key", "fly"], ["trace"],
                                       ["check"], ["version", "--fly"]], ids=str)
def test_wrong_use_is_exit_2(arguments):
    ended = run_cli(*arguments)

    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.strip()


def test_keys_live_their_life(tmp_path):
    data = tmp_path / "data"

    made = json.loads(run_cli("key", "create", "laptop", "--data", data, "--json").stdout)
    listed = json.loads(run_cli("key", "list", "--data", data, "--json").stdout)
    gone = run_cli("key", "revoke", made["id"], "--data", data)
    after = json.loads(run_cli("key", "list", "--data", data, "--json").stdout)

    assert made["key"] and [(k["id"], k["name"]) for k in listed] == [(made["id"], "laptop")]
    assert listed[0]["revoked_at"] is None and made["key"] not in str(listed)
    assert gone.returncode == 0
    assert after[0]["revoked_at"]
    assert run_cli("key", "revoke", "nosuchkey", "--data", data).returncode == 1


def test_check_says_what_a_file_would_become(tmp_path):
    file = tmp_path / "request.json"
    file.write_bytes(otlp.as_json("traces", otlp.sample("traces", "checked", 4)))
    broken = tmp_path / "broken.json"
    broken.write_text('{"resourceSpans":[')

    good, bad = run_cli("check", file), run_cli("check", broken)

    assert good.returncode == 0, good.stderr
    assert "4" in good.stdout
    assert bad.returncode == 1
    assert bad.stderr.strip()


@pytest.mark.parametrize("form", ["{}", '{"format":"json","version":1}\n{}'])
def test_check_knows_segment_documents(tmp_path, form):
    document = json.dumps(xray.segment("checked", subsegments=[xray.subsegment("inside")]))
    file, broken = tmp_path / "segment.json", tmp_path / "broken.json"
    file.write_text(form.replace("{}", document))
    broken.write_text('{"TraceSegmentDocuments":["{}"]}')

    good, bad = run_cli("check", file, "--json"), run_cli("check", broken)

    assert good.returncode == 0, good.stderr
    checked = json.loads(good.stdout)
    assert checked["kind"] == "xray"
    assert [event["data"]["name"] for event in checked["events"]] == ["checked", "inside"]
    assert bad.returncode == 1
    assert "MissingId" in bad.stderr


def test_check_of_a_file_that_is_not_there_fails(tmp_path):
    assert run_cli("check", tmp_path / "none.json").returncode == 1


class TestAskingAServer:
    """Three requests of two spans, one of them failed, asked for in every way there is."""

    @pytest.fixture(scope="class")
    def asked(self, tmp_path_factory):
        data = tmp_path_factory.mktemp("cli") / "data"
        with Server(data) as server:
            spans = []
            for i in range(3):
                root = otlp.span("GET /cart", duration_ms=20 * (i + 1), fields={"user": f"u{i}"})
                child = otlp.span("SELECT", duration_ms=5, parentSpanId=root["spanId"], kind=3,
                                  traceId=root["traceId"], status={"code": 2 if i == 0 else 0})
                spans += [root, child]
            assert otlp.post(Api(server.url), "traces",
                             otlp.traces("shop", spans)).status_code == 200
            yield server, spans

    def run(self, asked, *arguments, **options):
        return run_cli(*arguments, "--server", asked[0].url, **options)

    def test_a_query_by_flags_prints_a_table(self, asked):
        ended = self.run(asked, "query", "--dataset", "shop", "--count", "--max", "duration_ms",
                         "--by", "name", "--where", "duration_ms > 10")

        assert ended.returncode == 0, ended.stderr
        head, *rows = [line.split() for line in ended.stdout.splitlines() if line.strip()]
        assert {"name", "COUNT", "MAX(duration_ms)"} <= set(head)
        assert any("60" in row for row in rows)
        assert "\x1b" not in ended.stdout

    def test_a_query_shows_its_formulas(self, asked):
        ended = self.run(asked, "query", "--dataset", "shop", "--count", "--sum", "duration_ms",
                         "--formula", 'mean=$"SUM(duration_ms)" / $COUNT', "--by", "name")

        assert ended.returncode == 0, ended.stderr
        lines = [line.split() for line in ended.stdout.splitlines() if line.strip()]
        assert lines[0] == ["name", "mean"]
        assert ["SELECT", "5"] in lines
        assert self.run(asked, "query", "--formula", "=1").returncode == 2

    @pytest.mark.parametrize("how", ["argument", "file", "stdin"])
    def test_a_query_by_its_json_prints_json(self, asked, tmp_path, how):
        spec = json.dumps({"calculations": [{"op": "COUNT"}], "breakdowns": ["user"],
                           "filters": [{"column": "user", "op": "exists"}]})
        (tmp_path / "spec.json").write_text(spec)
        given = {"argument": spec, "file": tmp_path / "spec.json", "stdin": "-"}[how]

        ended = self.run(asked, "query", given, "--dataset", "shop", "--json",
                         stdin=spec if how == "stdin" else None)

        assert ended.returncode == 0, ended.stderr
        rows = [row["data"] for row in json.loads(ended.stdout)["data"]["results"]]
        assert sorted((r["user"], r["COUNT"]) for r in rows) == [("u0", 1), ("u1", 1), ("u2", 1)]

    @pytest.mark.parametrize("arguments", [["query", "{"], ["query", "--dataset", "none"],
                                           ["query", '{"unknown":1}'], ["trace", "ab" * 16]],
                             ids=str)
    def test_what_the_server_refuses_is_exit_1(self, asked, arguments):
        ended = self.run(asked, *arguments)

        assert ended.returncode == 1
        assert ended.stdout == ""
        assert ended.stderr.startswith("tracery: ")

    def test_no_server_is_exit_1(self):
        ended = run_cli("query", "--server", "http://127.0.0.1:9")

        assert ended.returncode == 1
        assert "127.0.0.1:9" in ended.stderr

    def test_a_trace_is_a_waterfall(self, asked):
        ended = self.run(asked, "trace", asked[1][0]["traceId"])

        assert ended.returncode == 0, ended.stderr
        text = ended.stdout
        assert text.index("GET /cart") < text.index("SELECT")
        assert "shop" in text and "20 ms" in text.replace("20.0 ms", "20 ms")

    def test_a_trace_in_json(self, asked):
        trace_id = asked[1][0]["traceId"]

        ended = self.run(asked, "trace", trace_id, "--json")

        document = json.loads(ended.stdout)
        assert trace_id in ended.stdout
        assert json.dumps(document).count("SELECT") == 1

    def test_tail_prints_what_comes(self, asked):
        Api(asked[0].url).send_event("tailed", {"colour": "red"})
        tail = subprocess.Popen([str(BINARY), "tail", "--dataset", "tailed", "--json",
                                 "--server", asked[0].url], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, env=clean_environment())
        try:
            give_up = time.monotonic() + 60
            # It shows what comes after it began, so go on sending until it has begun.
            while not select.select([tail.stdout], [], [], 0.2)[0]:
                assert time.monotonic() < give_up and tail.poll() is None
                Api(asked[0].url).send_event("tailed", {"colour": "green"})
            event = json.loads(tail.stdout.readline())
        finally:
            tail.kill()
            tail.wait()

        assert event["data"]["colour"] == "green"

    def test_parts_explain_the_disk_after_a_stop(self, tmp_path):
        data = tmp_path / "data"
        with Server(data) as server:
            otlp.post(Api(server.url), "traces", otlp.sample("traces", "shop", 500))
            assert server.stop() == 0

        ended = run_cli("parts", "--data", data, "--json")

        assert ended.returncode == 0, ended.stderr
        parts = json.loads(ended.stdout)["parts"]
        assert sum(part["rows"] for part in parts) == 500
        names = {column["column"] for part in parts for column in part["columns"]}
        assert {"trace.trace_id", "name", "duration_ms"} <= names
        assert run_cli("parts", "--data", data).returncode == 0


def test_the_doctor_tells_what_was_refused_over_udp(tmp_path):
    with Server(tmp_path / "data") as server:
        daemon = xray.Daemon(server.xray_address)
        daemon.send_raw(b"no header")
        daemon.send('{"id": "\x1b[31mred"}')
        # Of AWS's limit, the most that a datagram carries.
        whole = xray.segment("large", metadata={"pad": {"pad": ""}})
        room = 65_507 - len(f"{xray.HEADER}\n{json.dumps(whole)}")
        whole["metadata"]["pad"]["pad"] = "x" * room
        daemon.send(whole)
        daemon.close()
        assert xray.wait_for_metric(server.url, "xray_documents_accepted_total", 1) == 1

        said = run_cli("doctor", "--server", server.url)
        told = json.loads(run_cli("doctor", "--server", server.url, "--json").stdout)

        assert said.returncode == 0
        assert server.xray_address in said.stdout
        assert re.search(r"BadHeader\s+1", said.stdout)
        assert "\x1b[31m" not in said.stdout
        assert {each["reason"] for each in told["rejected"]} >= {"BadHeader"}
        got = xray.call(server.url, "/Traces", {"TraceIds": [whole["trace_id"]]}).json()
        assert json.loads(got["Traces"][0]["Segments"][0]["Document"]) == whole


def test_the_doctor_needs_a_server():
    ended = run_cli("doctor", "--server", "http://127.0.0.1:1")

    assert (ended.returncode, ended.stdout) == (1, "")
