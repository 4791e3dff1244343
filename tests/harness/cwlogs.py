# SPDX-License-Identifier: Apache-2.0
"""CloudWatch Logs as plain JSON over HTTP, and the frames of its event streams."""
import binascii
import json
import struct
import time

import requests

SIGNED = ("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/eu-west-1/logs/aws4_request, "
          "SignedHeaders=host, Signature=00")


def now_ms():
    return int(time.time() * 1000)


class LogsError(Exception):
    """An exception of the service: its name, its message, and the whole answer."""

    def __init__(self, response):
        self.body = response.json()
        self.status, self.code = response.status_code, self.body["__type"]
        self.message = self.body["message"]
        super().__init__(f"{self.code}: {self.message}")


class Logs:
    """`Logs(url).create_log_group(logGroupName="g")` calls CreateLogGroup."""

    def __init__(self, url):
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False

    def post(self, operation, body, **options):
        headers = {"Content-Type": "application/x-amz-json-1.1", "Authorization": SIGNED,
                   "X-Amz-Target": f"Logs_20140328.{operation}", **options.pop("headers", {})}
        data = body if isinstance(body, (bytes, str)) else json.dumps(body)
        return self.session.post(self.url + options.pop("path", "/"), data=data, headers=headers,
                                 timeout=60, **options)

    def call(self, operation, **members):
        response = self.post(operation, members)
        if response.status_code != 200:
            raise LogsError(response)
        assert response.headers["Content-Type"] == "application/x-amz-json-1.1"
        return response.json() if response.content else None

    def __getattr__(self, name):
        operation = "".join(word.capitalize() for word in name.split("_"))
        return lambda **members: self.call(operation, **members)

    def make_stream(self, group, stream="s"):
        self.create_log_group(logGroupName=group)
        self.create_log_stream(logGroupName=group, logStreamName=stream)

    def put(self, group, messages, stream="s", time_ms=None):
        """Messages of the same time, or (time_ms, message) pairs."""
        time_ms = time_ms or now_ms()
        events = [{"timestamp": m[0], "message": m[1]} if isinstance(m, tuple) else
                  {"timestamp": time_ms, "message": m} for m in messages]
        return self.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)

    def messages(self, group, **members):
        """All of FilterLogEvents, page by page."""
        found, token = [], {}
        while True:
            page = self.filter_log_events(logGroupName=group, **members, **token)
            found += [event["message"] for event in page["events"]]
            if "nextToken" not in page:
                return found
            token = {"nextToken": page["nextToken"]}


def read_frames(raw):
    """(headers, payload) of each message of an AWS event stream; checks both sums."""
    def take(count):
        data = b""
        while len(data) < count:
            piece = raw.read(count - len(data))
            if not piece:
                return None
            data += piece
        return data

    while (prelude := take(12)) is not None:
        total, header_bytes, check = struct.unpack(">III", prelude)
        assert check == binascii.crc32(prelude[:8])
        rest = take(total - 12)
        assert struct.unpack(">I", rest[-4:])[0] == binascii.crc32(prelude + rest[:-4])
        headers, at = {}, 0
        while at < header_bytes:
            name_bytes = rest[at]
            name = rest[at + 1:at + 1 + name_bytes].decode()
            at += 1 + name_bytes
            assert rest[at] == 7
            size = struct.unpack(">H", rest[at + 1:at + 3])[0]
            headers[name] = rest[at + 3:at + 3 + size].decode()
            at += 3 + size
        yield headers, json.loads(rest[header_bytes:-4])
