# SPDX-License-Identifier: Apache-2.0
"""Open on loopback, closed elsewhere."""
import json

import grpc
import pytest

from harness import otlp
from harness.honeycomb import Api
from harness.server import Server, run_cli

EVERYWHERE = ["--http", "0.0.0.0:0", "--grpc", "0.0.0.0:0"]


def local(address):
    return "127.0.0.1:" + address.rsplit(":", 1)[1]


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """A server that listens on every address, and a key made for it while it runs or before."""
    data = tmp_path_factory.mktemp("auth") / "data"
    made = run_cli("key", "create", "--data", data, "--json")
    assert made.returncode == 0, made.stderr
    with Server(data, *EVERYWHERE) as server:
        yield f"http://{local(server.http_addresses[0])}", local(server.grpc_address), made.stdout


@pytest.fixture(scope="module")
def key(guarded):
    return json.loads(guarded[2])["key"]


def body():
    return otlp.as_protobuf("traces", otlp.sample("traces", "guarded", 1))


def test_no_key_is_401_with_a_status(guarded):
    api = Api(guarded[0], headers={})

    answer = otlp.post(api, "traces", otlp.sample("traces", "guarded", 1))

    assert answer.status_code == 401
    code, message = otlp.read_status(answer)
    assert code == 16
    assert "x-honeycomb-team" in message


def test_a_wrong_key_is_401(guarded):
    api = Api(guarded[0], headers={"X-Honeycomb-Team": "wrong"})

    answer = api.send_event("guarded", {"n": 1})

    assert answer.status_code == 401
    assert answer.json() == {"error": "unknown API key - check your credentials"}


@pytest.mark.parametrize("path", ["/1/auth", "/1/datasets", "/1/queries/guarded/x", "/1/boards"])
def test_reading_needs_a_key_too(guarded, path):
    assert Api(guarded[0], headers={}).get(path).status_code == 401


@pytest.mark.parametrize("header", ["X-Honeycomb-Team: {}", "x-honeycomb-team: {}",
                                    "Authorization: Bearer {}", "api-key: {}",
                                    "X-Tracery-Key: {}", "X-Hny-Team: {}"])
def test_the_right_key_is_taken_in_each_header(guarded, key, header):
    name, value = header.format(key).split(": ")

    answer = otlp.post(Api(guarded[0], headers={name: value}), "traces",
                       otlp.sample("traces", "guarded", 1))

    assert answer.status_code == 200, answer.text


def test_grpc_asks_for_the_same_key(guarded, key):
    with grpc.insecure_channel(guarded[1]) as channel:
        export = channel.unary_unary(otlp.METHODS["traces"])
        with pytest.raises(grpc.RpcError) as raised:
            export(body(), timeout=60)

        assert raised.value.code() == grpc.StatusCode.UNAUTHENTICATED
        assert export(body(), timeout=60, metadata=[("x-honeycomb-team", key)]) == b""


def test_a_key_made_while_it_runs_is_good_at_once_and_revoked_it_is_not(tmp_path):
    data = tmp_path / "data"
    with Server(data, *EVERYWHERE) as server:
        url = f"http://{local(server.http_addresses[0])}"
        made = json.loads(run_cli("key", "create", "--data", data, "--json").stdout)
        api = Api(url, headers={"X-Honeycomb-Team": made["key"]})
        assert api.get("/1/auth").status_code == 200

        listed = run_cli("key", "list", "--data", data, "--json")
        assert made["key"] not in listed.stdout
        revoked = run_cli("key", "revoke", made["id"], "--data", data)

        assert revoked.returncode == 0, revoked.stderr
        assert api.get("/1/auth").status_code == 401


def test_anonymous_use_can_be_allowed_out_loud(tmp_path):
    with Server(tmp_path / "data", *EVERYWHERE, "--allow-anonymous") as server:
        api = Api(f"http://{local(server.http_addresses[0])}", headers={})

        assert api.send_event("open", {"n": 1}).status_code == 200


def test_health_pages_need_no_key(guarded):
    for path in ("/healthz", "/readyz"):
        assert Api(guarded[0], headers={}).get(path).status_code == 200
