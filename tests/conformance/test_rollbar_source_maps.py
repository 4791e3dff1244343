# SPDX-License-Identifier: Apache-2.0
"""A script that esbuild minified throws, Rollbar's own SDK reports it, and its source map leads
the frames back; what the upload refuses."""
import json
import subprocess
from pathlib import Path

import pytest
from harness.rollbar import Rollbar
from harness.server import ROOT, clean_environment

HERE = Path(__file__).parent / "node"
ESBUILD = ROOT / "ui/node_modules/.bin/esbuild"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    """The minified script; its map lies beside it."""
    out = tmp_path_factory.mktemp("bundle") / "shop.min.mjs"
    subprocess.run([str(ESBUILD), str(HERE / "minified_shop.mjs"), "--bundle", "--minify",
                    "--sourcemap", "--platform=node", "--format=esm", f"--outfile={out}"],
                   check=True, capture_output=True, timeout=60, env=clean_environment())
    return out


class Shop:
    def __init__(self, server, name):
        self.account = Rollbar(server.url)
        made = self.account.result("POST", "/projects", json={"name": name})
        tokens = self.account.result("GET", f"/project/{made['id']}/access_tokens")
        tokens = {t["name"]: t["access_token"] for t in tokens}
        self.url, self.token = server.url, tokens["post_server_item"]
        self.poster = Rollbar(server.url, self.token)
        self.reader = Rollbar(server.url, tokens["read"])

    def upload(self, source_map, url, version="4f2c", **files):
        fields = {"access_token": self.token, "version": version, "minified_url": url}
        parts = {"source_map": ("a.map", source_map), **files}
        return self.account.session.post(self.account.url + "/sourcemap", data=fields, files=parts,
                                         timeout=60)

    def exceptions(self):
        item, = self.reader.items()
        answer = self.account.session.get(
            f"{self.url}/ui/api/v1/errors/{item['id']}/occurrences/latest", timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.json()["exceptions"]


@pytest.fixture
def shop(server, dataset):
    return Shop(server, dataset)


def line_of(file, text):
    lines = (HERE / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_frames_of_a_minified_script_lead_back(shop, bundle):
    subprocess.run(["node", str(bundle), shop.url, shop.token, str(HERE / "package.json")],
                   check=True, capture_output=True, timeout=60, env=clean_environment())
    before = shop.exceptions()[0]["frames"]
    ours = [frame for frame in before if frame["filename"].endswith("shop.min.mjs")]
    assert ours and all(frame["original"] is None for frame in before)

    source_map = Path(f"{bundle}.map").read_bytes()
    answer = shop.upload(source_map, ours[0]["filename"])

    assert answer.json() == {"err": 0, "result": None}
    frames = [f for f in shop.exceptions()[0]["frames"] if f["original"]]
    thrown, called, caller = (f["original"] for f in reversed(frames[-3:]))
    assert Path(thrown["filename"]).name == "shop_cart.mjs"
    assert (thrown["method"], thrown["lineno"]) == ("priceOf",
                                                    line_of("shop_cart.mjs", "throw new Error"))
    assert thrown["code"].strip() == "throw new Error(`no price for ${item.name}`);"
    assert thrown["pre"][-1].strip() == "if (!item.price) {" and thrown["post"][0].strip() == "}"
    assert (called["method"], called["lineno"]) == ("totalOf",
                                                    line_of("shop_cart.mjs", "+= priceOf(item)"))
    assert Path(caller["filename"]).name == "minified_shop.mjs"
    assert (caller["method"], caller["lineno"]) == ("checkOut",
                                                    line_of("minified_shop.mjs", "return totalOf"))


def browser_report(url, version="4f2c", enabled=True):
    """What a browser sends of the bundle above."""
    frame = {"filename": url, "lineno": 2, "colno": 5, "method": "t"}
    return {"environment": "production", "platform": "browser", "language": "javascript",
            "client": {"javascript": {"source_map_enabled": enabled, "code_version": version}},
            "body": {"trace": {"frames": [frame],
                               "exception": {"class": "Error", "message": "no"}}}}


MAP = json.dumps({"version": 3, "sources": ["src/a.js"], "names": [], "mappings": ";IACA"})


@pytest.mark.parametrize("uploaded, reported, found", [
    ("https://shop.test/a.min.js", "http://shop.test/a.min.js?v=3", True),
    ("//shop.test/a.min.js", "https://shop.test/a.min.js", True),
    ("http://dynamichost/js/a.min.js", "https://eu-1.shop.test/js/a.min.js", True),
    ("https://shop.test/a.min.js", "https://other.test/a.min.js", False)])
def test_a_map_is_found_by_the_minified_files_url(shop, uploaded, reported, found):
    assert shop.upload(MAP, uploaded).status_code == 200
    assert shop.poster.send(browser_report(reported)).status_code == 200
    assert (shop.exceptions()[0]["frames"][0]["original"] is not None) == found


@pytest.mark.parametrize("member", [{"version": "other"}, {"enabled": False}])
def test_a_map_counts_for_its_version_when_it_is_wanted(shop, member):
    url = "https://shop.test/a.min.js"
    shop.upload(MAP, url)
    shop.poster.send(browser_report(url, **member))
    assert shop.exceptions()[0]["frames"][0]["original"] is None


def test_sources_come_from_the_upload_and_a_new_map_takes_the_olds_place(shop):
    url = "https://shop.test/a.min.js"
    shop.poster.send(browser_report(url))
    shop.upload(MAP.replace("IACA", "IAAA"), url)
    assert shop.exceptions()[0]["frames"][0]["original"]["lineno"] == 1

    shop.upload(MAP, url, **{"src/a.js": ("a.js", "one\ntwo\nthree\n")})

    assert shop.exceptions()[0]["frames"][0]["original"] == {
        "filename": "src/a.js", "lineno": 2, "colno": 1, "method": "t", "code": "two",
        "pre": ["one"], "post": ["three"]}


def test_an_upload_must_be_whole_and_allowed(shop):
    url = "https://shop.test/a.min.js"
    for bad, status in ((shop.upload("{}", url), 400), (shop.upload("[", url), 422),
                        (shop.upload("", url), 422), (shop.upload(MAP, ""), 422),
                        (shop.upload(MAP, url, version=""), 422)):
        assert bad.status_code == status and bad.json()["err"] == 1, bad.text
    assert shop.poster.ask("POST", "/sourcemap", json={}).status_code == 400
    reader = shop.reader.ask("POST", "/sourcemap", data={"version": "1", "minified_url": url},
                             files={"source_map": ("a.map", MAP)})
    assert reader.status_code == 403
