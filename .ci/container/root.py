"""Runs the program in an empty root file system: root.py PROGRAM, as root in its own network and mount namespaces (`unshare`).

Each root is read-only and has no /dev, /proc or /tmp. The program runs in it as user 65534. HTTP is served by the program's
sandbox. The HTTPS server has a certificate of a CA that is made here. The name server knows one name.
"""

import contextlib
import http.server
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

PROGRAM = sys.argv[1]
NAME = "api.exh.test"
USER = b'{"id":"5a0b1c2d3e4f5a6b7c8d9e10","email":"sandy.boxer@example.com"}'
CREDENTIALS = {
    "API_OAUTH_CONSUMER_KEY": "key",
    "API_OAUTH_CONSUMER_SECRET": "secret",
    "API_OAUTH_TOKEN": "token",
    "API_OAUTH_TOKEN_SECRET": "token secret",
}


class Responses(http.server.BaseHTTPRequestHandler):
    """Responds to every GET with the same user."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(USER)))
        self.end_headers()
        self.wfile.write(USER)

    def log_message(self, *_):
        pass


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def https(folder):
    """The port of a server for NAME and 127.0.0.1."""
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl("req", "-x509", *curve, "-days", "2", "-subj", "/CN=container", "-keyout", folder / "ca.key", "-out", folder / "ca.pem")
    openssl("req", *curve, "-subj", f"/CN={NAME}", "-keyout", folder / "key.pem", "-out", folder / "request.pem")
    (folder / "names").write_text(f"subjectAltName=DNS:{NAME},IP:127.0.0.1\n")
    openssl(
        "x509", "-req", "-in", folder / "request.pem", "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key",
        "-CAcreateserial", "-days", "2", "-extfile", folder / "names", "-out", folder / "certificate.pem",
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Responses)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


def dns():
    """A name server that knows only the IPv4 address of NAME (RFC 1035 §4.1)."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    # Not 127.0.0.1: resolvers use that if no name server is configured.
    server.bind(("127.0.0.53", 53))
    known = b"".join(bytes([len(label)]) + label.encode() for label in NAME.split(".")) + b"\0"

    def serve():
        while True:
            query, client = server.recvfrom(512)
            end = query.index(0, 12) + 1
            name, question = query[12:end].lower(), query[12 : end + 4]
            has_response = name == known and question[-4:-2] == b"\0\1"
            flags = 0x8180 if name == known else 0x8183  # no such name
            header = query[:2] + flags.to_bytes(2, "big") + b"\0\1" + bytes([0, has_response]) + bytes(4)
            # A pointer to the name at byte 12, type A, class IN, valid for 60 seconds.
            response = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + bytes([127, 0, 0, 1]) if has_response else b""
            server.sendto(header + question + response, client)

    threading.Thread(target=serve, daemon=True).start()


@contextlib.contextmanager
def sandbox():
    """The variables of the program's sandbox, which checks signatures."""
    process = subprocess.Popen([PROGRAM, "sandbox"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        lines = [process.stdout.readline() for _ in range(5)]
        yield dict(line.strip().removeprefix("export ").split("=", 1) for line in lines)
    finally:
        process.terminate()
        process.wait()


class Root:
    """A root file system with the program and the given files."""

    def __init__(self, folder, **files):
        self.path = Path(tempfile.mkdtemp(dir=folder))
        shutil.copy(PROGRAM, self.path / "exh-oauth1")
        for name, text in files.items():
            file = self.path / {"hosts": "etc/hosts", "resolv": "etc/resolv.conf", "ca": "ca.pem"}[name]
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
        for path in (self.path, *self.path.rglob("*")):
            path.chmod(0o555)
        subprocess.run(["mount", "--bind", self.path, self.path], check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", self.path], check=True)
        with contextlib.suppress(OSError):
            (self.path / "file").write_text("")
            sys.exit("the root is not read-only")

    def run(self, url, *arguments, variables=CREDENTIALS):
        command = [shutil.which("chroot"), "--userspec=65534:65534", self.path, "/exh-oauth1", "--retry", "0", *arguments]
        if url:
            command += ["--base-url", url]
        return subprocess.run(command, env=variables, capture_output=True, text=True, timeout=60)


def prints_user(what, ran):
    if ran.returncode or '"email":"sandy.boxer@example.com"' not in ran.stdout:
        sys.exit(f"{what}: {ran}")
    print(f"{what}: the user is printed")


def fails(what, ran, words):
    if ran.returncode != 1 or ran.stdout or not re.search(words, ran.stderr):
        sys.exit(f"{what}: {ran}")
    print(f"{what}: {ran.stderr.splitlines()[0]}")


def main():
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    folder = Path(tempfile.mkdtemp())
    port = https(folder)
    dns()
    ca = (folder / "ca.pem").read_text()
    bare = Root(folder)
    trusting = Root(folder, ca=ca)
    by_hosts = Root(folder, ca=ca, hosts=f"127.0.0.1 {NAME}\n")
    by_dns = Root(folder, ca=ca, resolv="nameserver 127.0.0.53\n")
    trust = ("--ca-file", "/ca.pem")
    address, named = f"https://127.0.0.1:{port}", f"https://{NAME}:{port}"
    unknown = "failed to lookup address information"

    prints_user("nothing but the program", bare.run(None, "me", "--sandbox", variables={}))
    ran = bare.run(None, "doctor", "--sandbox", variables={})
    if "verdict: everything works" not in ran.stdout:
        sys.exit(f"doctor: {ran}")
    print("doctor: everything works")
    with sandbox() as variables:
        api_port = variables.pop("API_HOST").rsplit(":", 1)[1]
        prints_user("HTTP by address", bare.run(f"http://127.0.0.1:{api_port}", variables=variables))
        prints_user("HTTP by localhost, without /etc", bare.run(f"http://localhost:{api_port}", variables=variables))
    fails("HTTPS by address, built-in CA certificates", bare.run(address), "UnknownIssuer")
    prints_user("HTTPS by address, --ca-file", trusting.run(address, *trust))
    prints_user("HTTPS, the name in /etc/hosts", by_hosts.run(named, *trust))
    prints_user("HTTPS, the name by DNS", by_dns.run(named, *trust))
    fails("a name, with neither /etc/hosts nor DNS", bare.run(named), unknown)
    fails("a name that DNS does not know", by_dns.run(f"https://other.exh.test:{port}"), unknown)
    fails("a name that /etc/hosts does not know", by_hosts.run(f"https://other.exh.test:{port}"), unknown)


main()
