# SPDX-License-Identifier: Apache-2.0
"""Reads server-sent events."""
import json


def read_events(answer, until=()):
    """Yields (event, data) until the stream ends, or after an event named in `until`."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    name, data = "message", []
    for line in answer.iter_lines(chunk_size=1, decode_unicode=True):
        if line.startswith("event:"):
            name = line[6:].strip()
        elif line.startswith("data:"):
            data.append(line[5:].strip())
        elif not line and data:
            yield name, json.loads("\n".join(data))
            if name in until:
                return
            name, data = "message", []
