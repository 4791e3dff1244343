# SPDX-License-Identifier: Apache-2.0
"""The process: how it starts, what it says, how it ends."""
import re
import signal
import socket

import pytest
import requests

from harness import otlp
from harness.honeycomb import Api
from harness.server import FREE_PORTS, Server, run_cli


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


def test_ready_line_names_what_is_listened_on_and_is_all_that_stdout_gets(data):
    with Server(data) as server:
        assert re.fullmatch(r"127\.0\.0\.1:[1-9]\d*", server.http_addresses[0])
        assert re.fullmatch(r"127\.0\.0\.1:[1-9]\d*", server.grpc_address)
        assert re.fullmatch(r"127\.0\.0\.1:[1-9]\d*", server.xray_address)
        assert server.ready_data == str(data)
        Api(server.url).send_event("any", {"a": 1})

        assert server.stop() == 0
        assert server.rest_of_stdout() == ""


def test_two_http_addresses_serve_the_same(data):
    with Server(data, "--http", "127.0.0.1:0,127.0.0.1:0") as server:
        first, second = server.http_addresses

        Api(f"http://{first}").send_event("shared", {"a": 1})

        assert first != second
        assert Api(f"http://{second}").count("shared") == 1


def test_listeners_can_be_switched_off(data):
    with Server(data, "--grpc", "none") as server:
        assert server.grpc_address == "none"
        assert requests.get(server.url + "/healthz", timeout=10).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_pages_answer_200(server, path):
    assert requests.get(server.url + path, timeout=10).status_code == 200


def test_metrics_page_is_prometheus_text_and_counts_what_was_accepted(api, dataset):
    def accepted():
        page = api.get("/metrics")
        assert page.status_code == 200
        assert page.headers["Content-Type"].startswith("text/plain")
        values = re.findall(r"^tracery_events_accepted_total (\S+)$", page.text, re.M)
        assert values, page.text
        return sum(map(float, values))

    before = accepted()
    otlp.post(api, "traces", otlp.sample("traces", dataset, 7))

    assert accepted() >= before + 7


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_polite_signal_ends_it_with_status_0(data, how):
    with Server(data) as server:
        assert server.stop(how) == 0


def test_an_idle_connection_does_not_hold_it_up(data):
    with Server(data) as server, socket.create_connection(server.host_port) as idle:
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle.recv(4096).startswith(b"HTTP/1.1 200")

        assert server.stop() == 0


def test_a_restart_keeps_the_data(data):
    with Server(data) as server:
        otlp.post(Api(server.url), "traces", otlp.sample("traces", "kept", 25))
        assert server.stop() == 0
    with Server(data) as server:
        assert Api(server.url).count("kept") == 25


def test_a_second_process_on_the_same_folder_refuses(data):
    with Server(data) as server:
        second = run_cli("serve", "--data", data, *(p for kv in FREE_PORTS.items() for p in kv))

        assert second.returncode == 2
        assert str(data) in second.stderr
        assert second.stdout == ""
        assert requests.get(server.url + "/healthz", timeout=10).status_code == 200


def test_a_taken_port_is_named(data, tmp_path):
    with Server(data) as server:
        taken = server.http_addresses[0]
        second = run_cli("serve", "--data", tmp_path / "other", "--http", taken,
                         "--grpc", "none", "--xray", "none")

        assert second.returncode == 2
        assert taken.rsplit(":", 1)[1] in second.stderr


@pytest.mark.parametrize("flags", [
    ["--no-such-flag"],
    ["--http", "not-an-address"],
    ["--durability", "sometimes"],
    ["--retention", "many"],
    ["--config", "/nonexistent/tracery.toml"],
])
def test_wrong_use_exits_2_with_a_word_about_it(data, flags):
    ended = run_cli("serve", "--data", data, *flags)

    assert ended.returncode == 2
    assert ended.stderr.strip()
    assert ended.stdout == ""


def test_the_environment_sets_what_no_flag_sets(tmp_path):
    environment = {"TRACERY_HTTP": "127.0.0.1:0,127.0.0.1:0", "TRACERY_GRPC": "none"}
    server = Server(tmp_path / "data", "--grpc", "127.0.0.1:0", environment=environment,
                    defaults={"--xray": "none"})
    with server:
        assert len(server.http_addresses) == 2
        assert server.grpc_address != "none"


def test_a_config_file_is_weaker_than_the_environment(tmp_path):
    config = tmp_path / "tracery.toml"
    config.write_text('http = "127.0.0.1:0,127.0.0.1:0"\ngrpc = "none"\nxray = "none"\n')
    server = Server(tmp_path / "data", "--config", str(config), defaults={},
                    environment={"TRACERY_GRPC": "127.0.0.1:0"})
    with server:
        assert len(server.http_addresses) == 2
        assert server.grpc_address != "none"
        assert server.xray_address == "none"


def test_an_unknown_key_in_the_config_file_is_an_error(tmp_path):
    config = tmp_path / "tracery.toml"
    config.write_text('htpp = "127.0.0.1:0"\n')

    ended = run_cli("serve", "--data", tmp_path / "data", "--config", config)

    assert ended.returncode == 2
    assert "htpp" in ended.stderr


def test_a_request_sent_again_after_a_restart_is_not_stored_again(data):
    body = otlp.as_protobuf("traces", otlp.sample("traces", "twice", 3))

    def send(server):
        answer = Api(server.url).post("/v1/traces", data=body,
                                      headers={"Content-Type": otlp.PROTOBUF_TYPE})
        assert answer.status_code == 200

    with Server(data) as server:
        send(server)
        assert server.stop() == 0
    with Server(data) as server:
        send(server)
        assert Api(server.url).count("twice") == 3
