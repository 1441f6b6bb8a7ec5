"""Uploads files with exh-oauth1 to a server of Python's standard library, which parses the parts.

    cargo build && python3 tests/peers/upload.py target/debug/exh-oauth1

One line for each upload; exits with 1 if a file does not arrive as it was sent. Needs Python 3.8 or newer, and nothing else.
"""

import email
import email.policy
import hashlib
import http.server
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import threading

BOUNDS = 64 * 1024 * 1024
random.seed(5849)


class Server(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        assert length < BOUNDS and "Transfer-Encoding" not in self.headers
        body = self.rfile.read(length)
        headers = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        message = email.message_from_bytes(headers + body, policy=email.policy.HTTP)
        assert message.get_content_type() == "multipart/form-data", message.get_content_type()
        assert not message.defects and self.headers["Authorization"].startswith("OAuth ")
        parts = [self.part(part) for part in message.iter_parts()]
        response = json.dumps(parts).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(response)))
        self.end_headers()
        self.wfile.write(response)

    @staticmethod
    def part(part):
        assert not part.defects, part.defects
        assert part.get_content_disposition() == "form-data"
        content = part.get_payload(decode=True)
        return {
            "name": part.get_param("name", header="Content-Disposition"),
            "file": part.get_filename(),
            "type": part.get("Content-Type"),
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }

    def log_message(self, *_):
        pass


def expected(name, content, file=None, media_type=None):
    # Browsers escape these characters and the mail parser keeps them (WHATWG HTML, "multipart form data"). The command
    # line rejects line breaks.
    escaped = file and file.replace('"', "%22")
    return {
        "name": name,
        "file": escaped,
        "type": media_type,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def main(program):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment = {
        "API_OAUTH_CONSUMER_KEY": "key",
        "API_OAUTH_CONSUMER_SECRET": "secret",
        "API_OAUTH_TOKEN": "token",
        "API_OAUTH_TOKEN_SECRET": "token secret",
    }
    files = {
        "empty": b"",
        "line.txt": b"one line\r\n",
        "breaks": b"\r\n\n\r\r\n--\r\n-\r\n--\r\n",
        "every.bin": bytes(range(256)) * 1000,
        "größe.txt": "größe €".encode(),
        'a "quoted" name; x=y': b"quotes",
        "large.dcm": random.randbytes(20 * 1024 * 1024) if hasattr(random, "randbytes") else os.urandom(20 * 1024 * 1024),
    }
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            (pathlib.Path(folder) / name).write_bytes(content)
        uploads = [{name: content} for name, content in files.items()] + [files]
        for upload in uploads:
            arguments = ["-F", "name=a&b=ü ", "-F", "tags[]=one"]
            for name in upload:
                arguments += ["-F", f"file=@{name}"]
            run = subprocess.run(
                [program, "post", "/files/v1/", "--base-url", f"http://127.0.0.1:{server.server_port}", *arguments],
                cwd=folder,
                env=environment,
                capture_output=True,
            )
            wanted = [expected("name", "a&b=ü ".encode()), expected("tags[]", b"one")]
            wanted += [expected("file", content, name) for name, content in upload.items()]
            try:
                found = json.loads(run.stdout)
                # The client guesses the media type, so any type is accepted.
                for part in found:
                    assert bool(part["type"]) == bool(part["file"]), part
                    part["type"] = None
            except (ValueError, AssertionError) as error:
                found = [repr(error), run.stdout[:200], run.stderr]
            is_same = found == wanted
            failures += not is_same
            what = ", ".join(map(repr, upload))
            print("ok     " if is_same else "FAILED ", what, sum(map(len, upload.values())), "bytes")
            if not is_same:
                print("  expected", wanted, "\n  found   ", found)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main(os.path.abspath(sys.argv[1]))
