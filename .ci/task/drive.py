"""Sends events to tasks in AWS's runtime interface emulator: drive.py EMULATOR PROGRAM ZIP COUNT.

ZIP is the packaged template. The program's sandbox is the API. Stops at the first response that is not as expected.
"""

import contextlib
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import zipfile

EMULATOR, PROGRAM, ZIP = sys.argv[1:4]
COUNT = int(sys.argv[4])
PATH = "/2015-03-31/functions/function/invocations"
# Limit for the growth of a task's memory between a tenth of COUNT events and all of them.
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
    """A task in the emulator, which starts it at the first event."""

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
        raise SystemExit("the emulator is not listening")

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
        response = self.connection.getresponse().read()
        try:
            return json.loads(response)
        except ValueError:
            self.log.seek(0)
            raise SystemExit(f"not JSON: {response[:500]!r}\n{self.log.read()[-2000:].decode(errors='replace')}")

    def memory(self):
        """The process id of the task (a child of the emulator), and its current and peak memory in KiB."""
        children = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        # Any thread of the emulator may be the parent.
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
        raise SystemExit(f"{what}: expected {wanted!r}, found {found!r}")


def many(name, command, variables, event, wanted):
    with Task(command, variables) as task:
        memory = {}
        latencies = []
        for number in range(1, COUNT + 1):
            begun = time.perf_counter()
            response = task.invoke(event)
            latencies.append(time.perf_counter() - begun)
            expect(f"{name}, event {number}", {key: response.get(key) for key in wanted}, wanted)
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
    """Checks that an event fails with this error, twice in the same process."""
    with Task(command, variables, seconds) as task:
        for _ in range(2):
            begun = time.perf_counter()
            response = task.invoke(event)
            took = time.perf_counter() - begun
            expect(name, response.get("errorType"), error_type)
    print(f"{name}: {error_type}, after {took:.2f} s of {seconds} s")


def unpack(zip_file, folder):
    """The path of `bootstrap` in the zip, unpacked with its mode."""
    with zipfile.ZipFile(zip_file) as archive:
        (entry,) = archive.infolist()
        expect("the zip's file", entry.filename, "bootstrap")
        mode = entry.external_attr >> 16 & 0o777
        expect("the mode of bootstrap", oct(mode), "0o755")
        path = archive.extract(entry, folder)
    os.chmod(path, mode)
    return path


def json_log(command, variables):
    """Checks that each line of the log in JSON format has the request id, the time and the level."""
    variables = {**variables, "AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": "DEBUG"}
    # Lines of the emulator itself.
    own = ("START RequestId", "END RequestId", "REPORT RequestId", "INIT_REPORT")
    with Task(command, variables) as task:
        for greeting in ("hello", ""):
            task.invoke({"data": {"greeting": greeting}})
        task.log.seek(0)
        lines = [line for line in task.log.read().decode().splitlines() if line and not line.startswith(own)]
    records = [json.loads(line) for line in lines]
    expect("levels in the log", [record["level"] for record in records], ["INFO", "ERROR"])
    for record in records:
        expect("a request id", bool(re.fullmatch(r"[0-9a-f-]{36}", record["requestId"])), True)
        expect("the time", bool(re.fullmatch(r"20..-..-..T..:..:..\....Z", record["timestamp"])), True)
    print(f"JSON log: {len(records)} lines, each with request id, time and level")


with sandbox() as variables, tempfile.TemporaryDirectory() as folder:
    user = json.loads(subprocess.run([PROGRAM], env=variables, capture_output=True, check=True).stdout)
    hello = unpack(ZIP, folder)
    # The program runs as a task if it is named so.
    os.mkdir(f"{folder}/program")
    os.symlink(PROGRAM, f"{folder}/program/bootstrap")
    many("exh-oauth1", [f"{folder}/program/bootstrap"], variables, {}, {"id": user["id"]})
    health = {"data": {"request": {"path": "/users/v1/health"}}}
    many("exh-oauth1, data.request", [PROGRAM], variables, health, {"status": 200})
    greeting = {"data": {"greeting": "goedendag"}}
    many("template", [hello], variables, greeting, {"id": user["id"], "greeting": "goedendag"})
    json_log([hello], variables)

    wrong = {**variables, "API_OAUTH_TOKEN_SECRET": "not the secret"}
    one("a wrong secret", [PROGRAM], wrong, {}, "OAUTH_SIGNATURE_EXCEPTION")
    one("no server", [hello], {**variables, "API_HOST": "localhost:1"}, {}, "CONNECTION_ERROR")
    one("no credentials", [hello], {}, {}, "CONFIGURATION_ERROR")
    one("an event of another shape", [hello], variables, {"data": {"greeting": 5}}, "INVALID_EVENT")
    one("an error with the task's own name", [hello], variables, {"data": {"greeting": ""}}, "EMPTY_GREETING")
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        host = f"localhost:{silent.getsockname()[1]}"
        one("a server that never responds", [hello], {**variables, "API_HOST": host}, {}, "TIMEOUT", 3)
