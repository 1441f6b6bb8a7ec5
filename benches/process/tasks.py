"""Compares the task of deploy/task/template with the same task in Python, in AWS's runtime interface emulator."""

import contextlib
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

import prepare

PATH = "/2015-03-31/functions/function/invocations"
BLOCKS = 10
EVENT = (prepare.ROOT / "deploy/task/template/events/task.json").read_text()


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Task:
    """A task in the emulator, which starts it at the first event."""

    def __init__(self, name, command, variables):
        self.name = name
        self.port = free_port()
        self.walls = []
        self.emulator = subprocess.Popen(
            [
                prepare.EMULATOR,
                "--log-level", "error",
                "--runtime-interface-emulator-address", f"127.0.0.1:{self.port}",
                "--runtime-api-address", f"127.0.0.1:{free_port()}",
                *command,
            ],
            cwd=prepare.ROOT / "deploy/task/python", env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def __enter__(self):
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
                self.first = self.invoke()
                self.process = self.child()
                self.cpu_before = self.cpu()
                return self
            time.sleep(0.05)
        sys.exit("the emulator is not listening")

    def __exit__(self, *_):
        self.emulator.terminate()
        self.emulator.wait()

    def invoke(self):
        """Sends one event and returns the seconds it took."""
        begun = time.perf_counter()
        self.connection.request("POST", PATH, EVENT)
        result = json.loads(self.connection.getresponse().read())
        wall = time.perf_counter() - begun
        if set(result) != {"id", "greeting"} or result["greeting"] != json.loads(EVENT)["data"]["greeting"]:
            sys.exit(f"{self.name}: {result}")
        self.result = result
        return wall

    def child(self):
        """The task's process. Any thread of the emulator may be its parent."""
        threads = Path(f"/proc/{self.emulator.pid}/task").iterdir()
        (pid,) = (pid for thread in threads for pid in (thread / "children").read_text().split())
        return Path("/proc", pid)

    def cpu(self):
        """CPU seconds of the task's process."""
        fields = (self.process / "stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")

    def memory(self):
        """Peak memory of the task's process in KiB."""
        lines = (self.process / "status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def compare(variables, events):
    per_block = max(events // BLOCKS, 1)
    variables = {**variables, "PATH": os.environ["PATH"]}
    ours = [prepare.TASK]
    python = [prepare.PYTHON, "-m", "awslambdaric", "handler.handler"]
    with Task("Rust, exh-oauth1", ours, variables) as one, Task("Python, requests_oauthlib", python, variables) as other:
        for _ in range(BLOCKS):
            for task in (one, other):
                task.walls += [task.invoke() for _ in range(per_block)]
        if one.result != other.result:
            sys.exit(f"different results: {one.result}, {other.result}")
        count = per_block * BLOCKS
        print(f"{count} warm invocations of each, in turns of {per_block}, by AWS's runtime interface emulator\n")
        print("| | per second | median, ms | CPU of the task, ms each | first, ms | peak memory, KiB |")
        print("|---|---|---|---|---|---|")
        for task in (one, other):
            cells = [
                f"{count / sum(task.walls):,.0f}",
                f"{statistics.median(task.walls) * 1000:.2f}",
                f"{(task.cpu() - task.cpu_before) * 1000 / count:.2f}",
                f"{task.first * 1000:.0f}",
                f"{task.memory():,}",
            ]
            print("|", " | ".join([task.name, *cells]), "|")
