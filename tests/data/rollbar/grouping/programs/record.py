#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Records ../*.jsonl: runs each program as two deploys and keeps what was reported.

Run it with the Python of .venv/rollbar, and names of languages to record only those; node, javac,
g++ and go (with a module proxy) are needed. Each deploy is a folder named like a release; the
second one's lines are further down.
"""
import http.server
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
NODE_MODULES = HERE.parents[3] / "conformance/node/node_modules"
ESBUILD = NODE_MODULES / ".bin/esbuild"
ROUNDS = "4"
ROLLBAR_GO = "github.com/rollbar/rollbar-go@v1.4.8"
# What grouping may look at; the rest of a report only makes the file long.
FRAME_MEMBERS = ("filename", "method", "lineno", "class_name")


class Collector(http.server.BaseHTTPRequestHandler):
    reports = []

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.reports.append(body["data"])
        answer = b'{"err":0,"result":{"id":null,"uuid":"0"}}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


def run(*command, cwd):
    return subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True).stdout


def shifted(source, deploy, extra=""):
    """The program of a deploy: later ones have more lines before, and code that is new."""
    lines = (HERE / source).read_text().replace("/*deploy*/", extra if deploy else "")
    mark = "#" if source.endswith(".py") else "//"
    return f"{mark} release {deploy}\n" * (deploy * 7) + lines


def python(folder, endpoint, deploy):
    (folder / "shop.py").write_text(shifted("shop.py", deploy))
    run(sys.executable, "shop.py", endpoint, ROUNDS, cwd=folder)


def node(folder, endpoint, deploy):
    item = endpoint + "item/"
    (folder / "node_modules").symlink_to(NODE_MODULES)
    (folder / "shop.mjs").write_text(
        shifted("node/shop.mjs", deploy, "process.title = `shop ${number(9)}`;"))
    run("node", "shop.mjs", item, ROUNDS, "node", cwd=folder)
    # As a bundler leaves it: one long line, short names, a digest in the file's name.
    run(ESBUILD, "shop.mjs", "--minify", "--bundle", "--packages=external", "--format=esm",
        "--platform=node", "--entry-names=[name]-[hash]", "--out-extension:.js=.mjs",
        "--outdir=dist", cwd=folder)
    bundle, = (folder / "dist").iterdir()
    run("node", bundle, item, ROUNDS, "minified", cwd=folder)


def java(folder, _, deploy):
    (folder / "Shop.java").write_text(
        shifted("Shop.java", deploy, 'cases.put("a", () -> 1); cases.put("b", () -> 2);'))
    run("javac", "Shop.java", cwd=folder)
    take_lines(run("java", "Shop", ROUNDS, cwd=folder))


def cpp(folder, _, deploy):
    (folder / "shop.cpp").write_text(shifted("shop.cpp", deploy))
    run("g++", "-std=c++20", "-O0", "-rdynamic", "shop.cpp", "-o", "shop", cwd=folder)
    take_lines(run(folder / "shop", ROUNDS, cwd=folder))


def go(folder, endpoint, deploy):
    (folder / "shop.go").write_text(
        shifted("shop.go", deploy, '"new": func() { each(nil, func(int) {}) },'))
    run("go", "mod", "init", "shop", cwd=folder)
    run("go", "get", ROLLBAR_GO, cwd=folder)
    run("go", "build", "-o", "shop", ".", cwd=folder)
    run(folder / "shop", endpoint + "item/", ROUNDS, folder, cwd=folder)


def take_lines(text):
    Collector.reports += [json.loads(line) for line in text.splitlines()]


def traces_of(body):
    return body.get("trace_chain") or ([body["trace"]] if "trace" in body else [])


def label_of(data):
    for place in (data.get("custom"), data["body"].get("message")):
        if place and "label" in place:
            return place["label"]
    return data["custom"]["extra"]["label"]


def kept(data):
    """A line of the set: the label, and the parts of the report that grouping may look at."""
    body = {}
    for trace in traces_of(data["body"]):
        frames = [{key: frame[key] for key in FRAME_MEMBERS if frame.get(key) is not None}
                  for frame in trace["frames"]]
        exception = {key: trace["exception"].get(key) for key in ("class", "message")}
        body.setdefault("trace_chain", []).append({"frames": frames, "exception": exception})
    if "trace" in data["body"]:
        body = {"trace": body["trace_chain"][0]}
    if "message" in data["body"]:
        body = {"message": {"body": data["body"]["message"]["body"]}}
    root = (data.get("server") or {}).get("root")
    return {"label": label_of(data), "data": {
        "environment": data["environment"], "language": data.get("language"), "body": body,
        **({"server": {"root": root}} if root else {})}}


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    endpoint = f"http://127.0.0.1:{server.server_port}/api/1/"
    base = pathlib.Path(tempfile.mkdtemp(prefix="shop"))
    programs = (python, node, java, cpp, go)
    for program in [each for each in programs if each.__name__ in sys.argv[1:]] or programs:
        Collector.reports.clear()
        for deploy, release in enumerate(("20260102030405", "20260607080910")):
            folder = base / "srv/releases" / release / program.__name__
            folder.mkdir(parents=True)
            program(folder, endpoint, deploy)
        lines = [json.dumps(kept(data), ensure_ascii=False, separators=(",", ":"))
                 .replace(str(base), "") for data in Collector.reports]
        (HERE.parent / f"{program.__name__}.jsonl").write_text("\n".join(lines) + "\n")
        print(program.__name__, len(lines), file=sys.stderr)
    shutil.rmtree(base)


main()
