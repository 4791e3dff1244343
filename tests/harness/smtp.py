# SPDX-License-Identifier: Apache-2.0
"""A mail server that takes everything and keeps it."""
import email
import email.policy
import queue
import socketserver
import threading


class _Session(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        self.say("220 sink")
        recipients = []
        for line in iter(self.rfile.readline, b""):
            word = line.strip().upper()
            if word.startswith(b"RCPT TO:"):
                recipients.append(line.strip().split(b"<")[1].split(b">")[0].decode())
            if word == b"DATA":
                self.say("354 go on")
                self.server.mails.put((recipients, self.read_mail()))
            if word == b"QUIT":
                self.say("221 bye")
                return
            self.say("250 good")

    def read_mail(self):
        lines = []
        for line in iter(self.rfile.readline, b".\r\n"):
            lines.append(line[1:] if line.startswith(b".") else line)
        return email.message_from_bytes(b"".join(lines), policy=email.policy.default)


class MailSink:
    """Use as a context manager; `take` gives (recipients, mail), oldest first."""

    def __enter__(self):
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Session)
        self.server.daemon_threads = True
        self.server.mails = queue.Queue()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.server.server_address[1]}"

    def take(self):
        return self.server.mails.get(timeout=60)
