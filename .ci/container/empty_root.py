"""Runs the static program where there is nothing else: empty_root.py BINARY, as root in namespaces of its own for network and mounts.

The root file system has the program and what a row names, is read-only, and the user is 65534: no /dev, /proc, /tmp, HOME or user
database. The servers stand outside of it, on loopback: HTTP, HTTPS by an authority of this run, and a name server.
"""

import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "benches/process"))
import prepare  # noqa: E402

NAME = "api.internal.example"
# Not 127.0.0.1, which the C library asks where no file names a server.
NAME_SERVER = "127.0.0.53"
NOBODY = 65534
VARIABLES = {
    "API_OAUTH_CONSUMER_KEY": "consumer-key",
    "API_OAUTH_CONSUMER_SECRET": "consumer-secret",
    "API_OAUTH_TOKEN": "token",
    "API_OAUTH_TOKEN_SECRET": "token-secret",
}
USER = '"email":"sandy.boxer@example.com"'


def bring_loopback_up():
    """A new network namespace has one interface, and that is down."""
    get, put, up = 0x8913, 0x8914, 1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sH14x", b"lo", 0)
        (flags,) = struct.unpack_from("H", fcntl.ioctl(any_socket, get, request), 16)
        fcntl.ioctl(any_socket, put, struct.pack("16sH14x", b"lo", flags | up))


def serve_names():
    """Answers that NAME is 127.0.0.1, has no IPv6 address, and that there is no other name."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((NAME_SERVER, 53))
    wanted = b"".join(bytes([len(label)]) + label.encode() for label in NAME.split(".")) + b"\0"

    def answer():
        while True:
            query, sender = server.recvfrom(512)
            end = query.index(b"\0", 12) + 1
            name, question = query[12:end], query[12 : end + 4]
            is_known = name.lower() == wanted
            record = b""
            if is_known and question[-4:-2] == b"\0\1":
                record = b"\xc0\x0c" + struct.pack("!HHIH4B", 1, 1, 60, 4, 127, 0, 0, 1)
            head = query[:2] + struct.pack("!5H", 0x8180 if is_known else 0x8183, 1, bool(record), 0, 0)
            server.sendto(head + question + record, sender)

    threading.Thread(target=answer, daemon=True).start()


def rows(http, https):
    """What is tried, the files there are, the arguments, the exit code and words of what is said."""
    here, named, secure = (f"http://127.0.0.1:{http}", f"http://{NAME}:{http}", f"https://localhost:{https}")
    authority = prepare.AUTHORITY.read_bytes()
    resolver = f"nameserver {NAME_SERVER}\n".encode()
    by_name = ["me", "--base-url", named, "--allow-http"]
    once = ["--retry", "0"]
    return [
        ("without a network", {}, ["me", "--sandbox"], 0, USER),
        ("doctor", {}, ["doctor", "--sandbox"], 0, "verdict: all is well"),
        ("HTTP by address", {}, ["me", "--base-url", here], 0, USER),
        ("HTTPS of an unknown authority", {}, ["me", "--base-url", secure, *once], 1, "certificate"),
        ("HTTPS with --ca-file", {"ca.pem": authority}, ["me", "--base-url", secure, "--ca-file", "/ca.pem"], 0, USER),
        ("a name in /etc/hosts", {"etc/hosts": f"127.0.0.1 {NAME}\n".encode()}, by_name, 0, USER),
        ("a name by /etc/resolv.conf", {"etc/resolv.conf": resolver}, by_name, 0, USER),
        ("a name that the name server does not know", {"etc/resolv.conf": resolver}, ["--host", "nowhere.example", *once], 1, "looking up the host's name"),
        ("a name with neither", {}, [*by_name, *once], 1, "looking up the host's name"),
        ("a file that cannot be written", {}, ["get", "/users/v1/me", "--base-url", here, "-o", "/me.json"], 1, "/me.json"),
    ]


def run(binary, files, arguments):
    """The program's exit code and all that it says, in a root of its own."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        shutil.copy(binary, folder)
        for name, content in files.items():
            path = Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        subprocess.run(["mount", "--bind", folder, folder], check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)

        def enter():
            os.chroot(folder)
            os.chdir("/")
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)

        ran = subprocess.run(
            ["/exh-oauth1", *arguments],
            env=VARIABLES,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=enter,
            timeout=60,
        )
        subprocess.run(["umount", folder], check=True)
        return ran.returncode, ran.stdout


def main(binary):
    bring_loopback_up()
    prepare.WORK.mkdir(parents=True, exist_ok=True)
    prepare.certificates()
    serve_names()
    server = subprocess.Popen(
        [sys.executable, ROOT / "benches/process/server.py", prepare.CERTIFICATE, prepare.KEY],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    ports = server.stdout.readline().split()
    for title, files, arguments, code, words in rows(*ports):
        said = run(binary, files, arguments)
        if said[0] != code or words not in said[1]:
            sys.exit(f"empty root: {title}: exit {said[0]} in place of {code}\n{said[1]}")
        print(f"empty root: {title}: exit {code}, {words}")
    server.stdin.close()


main(sys.argv[1])
