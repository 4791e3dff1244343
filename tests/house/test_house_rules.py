# SPDX-License-Identifier: Apache-2.0
"""The checker of the house rules sees what it must, and leaves good code alone."""
import subprocess
import sys

import pytest

from harness.server import ROOT

SPDX = "// SPDX-License-Identifier: Apache-2.0\n"


@pytest.fixture
def check(tmp_path):
    """Writes one file into an empty repository and returns the complaints about it."""
    def checked(path, text, spdx=SPDX):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(spdx + text)
        subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
        ended = subprocess.run([sys.executable, str(ROOT / "script/house_rules.py"),
                                str(tmp_path)], capture_output=True, text=True)
        assert ended.returncode == (1 if ended.stdout else 0)
        return ended.stdout
    return checked


BROKEN = {
    "a name that says nothing": ("src/base/utils.cc", "", "name the concept"),
    "a lower layer that looks up": ("src/model/a.cc", '#include "query/b.h"\n', "may not include"),
    "siblings that know each other": ("src/app/a.cc", '#include "net/b.h"\n', "may not include"),
    "protocols that know each other": ("src/protocols/otlp/a.cc",
                                       '#include "protocols/xray/b.h"\n', "each other"),
    "a protocol that knows the store": ("src/protocols/otlp/a.cc", '#include "store/part.h"\n',
                                        "the store"),
    "a relative include": ("src/base/a.cc", '#include "b.h"\n', "root of src"),
    "sockets outside net": ("src/api/a.cc", "#include <boost/asio.hpp>\n", "may not be used"),
    "a heavy header": ("src/app/a.h", "#pragma once\n#include <simdjson.h>\n", "too heavy"),
    "std regex": ("src/base/a.cc", "#include <regex>\n", "RE2"),
    "a header without a guard": ("src/base/a.h", "int x();\n", "#pragma once"),
    "an unfinished place": ("src/base/a.cc", "// FIX" "ME later\n", "TODO"),
    "a long line": ("src/base/a.cc", "//" + "a" * 99 + "\n", "columns"),
    "a long file": ("src/base/a.cc", "int x;\n" * 800, "lines, at most 800"),
    "a long header": ("src/base/a.h", "#pragma once\n" * 250, "lines, at most 250"),
    "a coroutine in a condition": ("src/net/a.cc", "  if (co_await f()) co_return;\n", "whole"),
    "a coroutine in a macro": ("src/net/a.cc", "  x(TRACERY_TRY(co_await f()));\n", "whole"),
    "a braced argument": ("src/net/a.cc", "  co_await f({.n = 1});\n", "name the arguments"),
    "a coroutine elsewhere": ("src/store/a.cc", "  co_await f();\n", "src/net/ only"),
    "the kit that looks into the server": ("kit/src/a.cc", '#include "base/hex.h"\n', "alone"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_it_sees(check, what):
    path, text, complaint = BROKEN[what]

    assert complaint in check(path, text)


def test_it_sees_a_missing_licence_line(check):
    assert "SPDX" in check("src/base/a.cc", "int x;\n", spdx="")


GOOD = {
    "a higher layer that looks down": ("src/app/a.cc", '#include "store/part.h"\n'),
    "a test that looks anywhere": ("src/store/a_test.cc", '#include "query/b.h"\n'),
    "net with its sockets": ("src/net/a.cc", "#include <boost/asio.hpp>\n"),
    "the coroutine shape": ("src/net/a.cc",
                            "  const auto [error, n] = co_await read(s, b, kAwait);\n"
                            "  const bool x =\n      co_await f(a);\n  co_await g(b);\n"
                            "  if (x) co_await refuse();\n"),
    "words in strings and comments": ("src/base/a.cc", 'auto s = "co_await";  // co_await\n'),
}


@pytest.mark.parametrize("what", GOOD)
def test_it_leaves_alone(check, what):
    assert check(*GOOD[what]) == ""
