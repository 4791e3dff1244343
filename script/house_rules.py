#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the house rules that a compiler does not: names, layers, sizes, coroutine shapes.

Usage: script/house_rules.py [--fix] [folder]
Prints one line for each break and exits 1 if there is any. --fix adds missing SPDX lines.
"""
import re
import subprocess
import sys
from pathlib import Path

RANKS = {"base": 0, "model": 1, "store": 2, "query": 3, "protocols": 4,
         "app": 5, "net": 5, "forward": 5, "backend": 5, "api": 6, "server": 7}

# Third parties and the only layers that may include them (tests and benchmarks excepted).
THIRD_PARTIES = [
    (r"boost/(asio|beast)|grpc|grpcpp", {"net"}),
    (r"CLI/|toml\+\+", {"server"}),
    (r"spdlog", {"store", "query", "app", "net", "forward", "backend", "api", "server"}),
    (r"sqlite3", {"app", "store", "server"}),
    (r"opentelemetry|google/protobuf", set()),
]
HEAVY_IN_HEADERS = (r"boost/|grpc|simdjson|nlohmann/json\.hpp|CLI/|toml\+\+|spdlog|sqlite3|"
                    r"fmt/format")

BANNED_NAMES = {"util", "utils", "helper", "helpers", "common", "misc", "manager"}
SOURCE_LINES_MAX, HEADER_LINES_MAX, SCRIPT_LINES_MAX, COLUMNS_MAX = 800, 250, 80, 100

CPP = {".cc", ".h"}
SPDX_SUFFIXES = CPP | {".py", ".ts", ".mjs", ".js", ".css", ".sh", ".bash", ".cmake"}
LINE_CHECKED = CPP | {".py", ".cmake", ".sh", ".bash"}

CO_AWAIT_STATEMENT = re.compile(
    r"^\s*(?:\}?\s*else\s+)?(?:if\s*\((?:(?!co_await).)*\)\s*)?"
    r"(?:(?:const\s+)?auto\s*(?:\[[^\]]*\]|\w+)\s*=\s*|(?:const\s+)?[\w:<>*&]+\s+\w+\s*=\s*)?"
    r"co_await\s")


def tracked_files(root):
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    return [Path(line) for line in listing.splitlines() if (root / line).is_file()]


def layer_of(path):
    parts = path.parts
    return parts[1] if len(parts) > 2 and parts[0] == "src" and parts[1] in RANKS else None


def is_test(path):
    return path.stem.endswith(("_test", "_bench", "_fuzz")) or "test" in path.stem.split("_")


def uncommented(line):
    return re.sub(r'"(?:[^"\\]|\\.)*"', '""', line).split("//")[0]


def check_name(path):
    for part in (*path.parts[:-1], path.stem):
        if part.lower() in BANNED_NAMES:
            yield 0, f"name the concept: '{part}' says nothing"


def check_size(path, lines):
    limits = {".cc": SOURCE_LINES_MAX, ".h": HEADER_LINES_MAX}
    limit = limits.get(path.suffix)
    if path.parts[0] == "script" and lines and "bash" in lines[0]:
        limit = SCRIPT_LINES_MAX
    # Tables of data say so in their name.
    if limit and len(lines) > limit and "table" not in path.stem and "data" not in path.parts:
        yield 0, f"{len(lines)} lines, at most {limit}"


def check_text(path, lines):
    if path.suffix in SPDX_SUFFIXES and not any("SPDX-License-Identifier" in l for l in lines[:3]):
        yield 1, "no SPDX line at the top"
    if path.suffix == ".h" and not any(l.strip() == "#pragma once" for l in lines[:5]):
        yield 1, "no #pragma once"
    for number, line in enumerate(lines, 1):
        if re.search(r"\b(FIX" r"ME|XX" r"X)\b", line) and path.suffix not in {".md"}:
            yield number, "finish it, or write a TODO that says what would make it needed"
        checked = path.suffix in LINE_CHECKED or path.parts[0] == "script"
        if checked and len(line) > COLUMNS_MAX and "http" not in line and "R\"" not in line:
            yield number, f"{len(line)} columns, at most {COLUMNS_MAX}"


def check_includes(path, lines):
    layer = layer_of(path)
    for number, line in enumerate(lines, 1):
        match = re.match(r'\s*#include\s+(["<])([^">]+)[">]', line)
        if not match:
            continue
        quote, target = match.groups()
        if target == "regex":
            yield number, "use RE2, <regex> is slow to compile and to run"
        if quote == '"':
            yield from check_own_include(path, layer, number, target)
        elif layer and not is_test(path):
            yield from check_third_party(path, layer, number, target)


def check_own_include(path, layer, number, target):
    top = target.split("/")[0]
    if path.parts[0] == "kit" and top in RANKS:
        yield number, "the kit stands alone: it may not include src/"
    if not layer or is_test(path):
        return
    if top not in RANKS or "/" not in target:
        if not target.endswith(".inc"):
            yield number, f'include from the root of src/: "{target}"'
        return
    same_protocol = layer != "protocols" or target.split("/")[1] == path.parts[2]
    if RANKS[top] > RANKS[layer] or (RANKS[top] == RANKS[layer] and top != layer):
        yield number, f"layer {layer} may not include {top}"
    elif top == layer and not same_protocol:
        yield number, f"protocols may not include each other: {target}"
    if layer == "protocols" and top == "store":
        yield number, "protocols may not know the store"
    if layer == "net" and top != "base" and top != "net":
        yield number, "net knows base only: events and queries are above it"


def check_third_party(path, layer, number, target):
    for pattern, allowed in THIRD_PARTIES:
        if re.match(pattern, target) and layer not in allowed:
            yield number, f"<{target}> may not be used in {layer}"
    if path.suffix == ".h" and layer != "net" and re.match(HEAVY_IN_HEADERS, target):
        yield number, f"<{target}> is too heavy for a header"


def check_coroutines(path, lines):
    """g++ 12 miscompiles other shapes without a word, see CONTRIBUTING.md."""
    for number, line in enumerate(lines, 1):
        code = uncommented(line)
        if not re.search(r"\bco_await\b", code):
            continue
        if layer_of(path) not in {"net", None}:
            yield number, "coroutines live in src/net/ only"
        previous = uncommented(lines[number - 2]).rstrip() if number > 1 else ""
        is_initializer = code.lstrip().startswith("co_await") and previous.endswith("=")
        if not is_initializer and not CO_AWAIT_STATEMENT.match(code):
            yield number, "co_await must be a whole initializer or a whole statement"
        arguments = code.split("co_await", 1)[1]
        if re.search(r"\bco_await\b", arguments) or re.search(r"[(,]\s*\w*\{\s*[.\"]", arguments):
            yield number, "name the arguments of co_await, no braces in the call"


def check_file(root, path):
    try:
        lines = (root / path).read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return
    yield from check_name(path)
    yield from check_size(path, lines)
    yield from check_text(path, lines)
    if path.suffix in CPP:
        yield from check_includes(path, lines)
        yield from check_coroutines(path, lines)


def add_licence_line(file):
    """Puts the SPDX line on top, below a #! line if there is one."""
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    if file.suffix not in SPDX_SUFFIXES or any("SPDX-License-Identifier" in l for l in lines[:3]):
        return
    form = {".css": "/* {} */\n", ".py": "# {}\n", ".sh": "# {}\n", ".bash": "# {}\n",
            ".cmake": "# {}\n"}.get(file.suffix, "// {}\n")
    at = 1 if lines and lines[0].startswith("#!") else 0
    lines.insert(at, form.format("SPDX-License-Identifier: Apache-2.0"))
    file.write_text("".join(lines), encoding="utf-8")


def check_protocols(root):
    """Every protocol brings its fuzz target and its page about the wire."""
    for folder in sorted((root / "src/protocols").glob("*/")):
        name = folder.name
        if not list(folder.glob("*decoder*.cc")):
            continue
        if not list((root / "fuzz").glob(f"*{name}*.cc")):
            yield f"src/protocols/{name}: no fuzz target fuzz/*{name}*.cc"
        if not (root / f"docs/wire/{name}.md").is_file():
            yield f"src/protocols/{name}: no docs/wire/{name}.md"


def main(arguments):
    fixing = "--fix" in arguments
    arguments = [a for a in arguments if a != "--fix"]
    root = Path(arguments[0] if arguments else Path(__file__).parent.parent).resolve()
    breaks = []
    files = [p for p in tracked_files(root) if not p.parts[0].startswith("build")]
    for path in files:
        if "corpus" in path.parts or path.name in {"package-lock.json", "LICENSE"}:
            continue
        if fixing:
            add_licence_line(root / path)
        found = check_file(root, path)
        breaks += [f"{path}:{number}: {message}" for number, message in found]
    breaks += check_protocols(root)
    for line in breaks:
        print(line)
    print(f"house rules: {len(files)} files, {len(breaks)} broken", file=sys.stderr)
    return 1 if breaks else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
