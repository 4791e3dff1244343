# SPDX-License-Identifier: Apache-2.0
"""The verbs of the binary: data to stdout, words to stderr, exit codes 0, 1 and 2."""
import json
import re

import pytest

from harness import otlp
from harness.server import run_cli


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

    made = json.loads(run_cli("key", "create", "--data", data, "--json").stdout)
    listed = json.loads(run_cli("key", "list", "--data", data, "--json").stdout)
    gone = run_cli("key", "revoke", made["id"], "--data", data)
    after = json.loads(run_cli("key", "list", "--data", data, "--json").stdout)

    assert made["key"] and [k["id"] for k in listed] == [made["id"]]
    assert gone.returncode == 0
    assert made["id"] not in [k["id"] for k in after if not k.get("revoked")]
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


def test_check_of_a_file_that_is_not_there_fails(tmp_path):
    assert run_cli("check", tmp_path / "none.json").returncode == 1
