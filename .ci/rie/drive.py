"""Drives tasks by AWS's runtime interface emulator: drive.py EMULATOR PROGRAM EXAMPLE COUNT.

The program's sandbox is the API. Fails at the first answer that is not what it has to be.
"""

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time

EMULATOR, PROGRAM, EXAMPLE = sys.argv[1:4]
COUNT = int(sys.argv[4])
PATH = "/2015-03-31/functions/function/invocations"
# How much more memory a task may hold after COUNT events than after a tenth of them.
GROWTH_KIB = 256


@contextlib.contextmanager
def sandbox():
    """The variables of a running sandbox."""
    process = subprocess.Popen(
        [PROGRAM, "sandbox"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        lines = [process.stdout.readline() for _ in range(5)]
        yield dict(line.strip().removeprefix("export ").split("=", 1) for line in lines)
    finally:
        process.terminate()
        process.wait()


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Task:
    """A task under the emulator, which starts it at the first event."""

    def __init__(self, command, variables, seconds=30):
        self.port = free_port()
        runtime = free_port()
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [
                EMULATOR,
                "--log-level", "error",
                "--runtime-interface-emulator-address", f"127.0.0.1:{self.port}",
                "--runtime-api-address", f"127.0.0.1:{runtime}",
                *command,
            ],
            env={**variables, "PATH": os.environ["PATH"], "AWS_LAMBDA_FUNCTION_TIMEOUT": str(seconds)},
            stdout=self.log,
            stderr=self.log,
        )
        self.connection = None

    def __enter__(self):
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return self
            time.sleep(0.05)
        raise SystemExit("the emulator does not listen")

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def invoke(self, event):
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.connection.request("POST", PATH, json.dumps(event))
        answer = self.connection.getresponse().read()
        try:
            return json.loads(answer)
        except ValueError:
            self.log.seek(0)
            raise SystemExit(f"no JSON: {answer[:500]!r}\n{self.log.read()[-2000:].decode(errors='replace')}")

    def memory(self):
        """What the task, the emulator's child, holds now and held at most, in KiB."""
        children = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        # The emulator has several threads, and any of them may be the parent.
        pids = []
        for thread in os.listdir(f"/proc/{self.process.pid}/task"):
            with open(children.replace(f"task/{self.process.pid}", f"task/{thread}")) as file:
                pids += file.read().split()
        (pid,) = pids
        with open(f"/proc/{pid}/status") as file:
            status = dict(line.split(":", 1) for line in file)
        return int(pid), *(int(status[name].split()[0]) for name in ("VmRSS", "VmHWM"))


def expect(what, found, wanted):
    if found != wanted:
        raise SystemExit(f"{what}: {found!r}, and not {wanted!r}")


def many(name, command, variables, event, wanted):
    with Task(command, variables) as task:
        memory = {}
        latencies = []
        for number in range(1, COUNT + 1):
            begun = time.perf_counter()
            answer = task.invoke(event)
            latencies.append(time.perf_counter() - begun)
            expect(f"{name}, event {number}", {key: answer.get(key) for key in wanted}, wanted)
            if number in (max(COUNT // 10, 1), COUNT):
                memory[number] = task.memory()
        (early, (pid, before, _)), (late, (pid_late, after, most)) = list(memory.items())
        expect(f"{name}: the same process", pid_late, pid)
        print(
            f"{name}: {COUNT} events, none failed; first {latencies[0] * 1000:.1f} ms, median"
            f" {sorted(latencies)[COUNT // 2] * 1000:.2f} ms; memory {before} KiB after {early},"
            f" {after} KiB after {late}, at most {most} KiB"
        )
        if after - before > GROWTH_KIB:
            raise SystemExit(f"{name}: memory grew by {after - before} KiB")


def one(name, command, variables, event, error_type, seconds=30):
    """An event that fails, with the name of its error, and then another in the same process."""
    with Task(command, variables, seconds) as task:
        for _ in range(2):
            begun = time.perf_counter()
            answer = task.invoke(event)
            took = time.perf_counter() - begun
            expect(name, answer.get("errorType"), error_type)
    print(f"{name}: {error_type}, after {took:.2f} s of {seconds} s")


with sandbox() as variables:
    user = json.loads(subprocess.run([PROGRAM], env=variables, capture_output=True, check=True).stdout)
    bootstrap = tempfile.mkdtemp()
    os.symlink(PROGRAM, f"{bootstrap}/bootstrap")
    many("exh-oauth1", [f"{bootstrap}/bootstrap"], variables, {}, {"id": user["id"]})
    health = {"data": {"request": {"path": "/users/v1/health"}}}
    many("exh-oauth1, data.request", [PROGRAM], variables, health, {"status": 200})
    greeting = {"data": {"greetings": ["hello", "goedendag"]}}
    many("example", [EXAMPLE], variables, greeting, {"id": user["id"], "greeted": 2})

    wrong = {**variables, "API_OAUTH_TOKEN_SECRET": "not the secret"}
    one("a wrong secret", [PROGRAM], wrong, {}, "OAUTH_SIGNATURE_EXCEPTION")
    one("no server", [EXAMPLE], {**variables, "API_HOST": "localhost:1"}, {}, "CONNECTION_ERROR")
    one("no credentials", [EXAMPLE], {}, {}, "CONFIGURATION_ERROR")
    one("an event of another shape", [EXAMPLE], variables, {"data": {"greetings": 5}}, "INVALID_EVENT")
    one("a name of the task's own", [EXAMPLE], variables, {"data": {"greetings": ["x"] * 101}}, "TOO_MANY_GREETINGS")
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        host = f"localhost:{silent.getsockname()[1]}"
        one("a server that never answers", [EXAMPLE], {**variables, "API_HOST": host}, {}, "TIMEOUT", 3)
    os.unlink(f"{bootstrap}/bootstrap")
    os.rmdir(bootstrap)
