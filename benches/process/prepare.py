"""Installs the compared programs into the target folder: pinned packages, certificates, the emulator."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
WORK = TARGET / "process"
PYTHON = WORK / "venv/bin/python"
NODE = WORK / "node"
OURS = ROOT / "deploy/out/exh-oauth1"
CA, CERTIFICATE, KEY = (WORK / name for name in ("ca.pem", "certificate.pem", "key.pem"))
TASK = WORK / "hello/package/bootstrap"
EMULATOR = TARGET / "rie/samcli/local/rapid/aws-lambda-rie-x86_64"


def quiet(*command, **options):
    """Runs a command whose output is shown only if it fails."""
    ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if ran.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{ran.stdout}")
    return ran.stdout


def everything(*target):
    WORK.mkdir(parents=True, exist_ok=True)
    quiet(ROOT / "deploy/build", *target)
    if not PYTHON.exists():
        # Without pip, so that its size is that of the packages.
        quiet(sys.executable, "-m", "venv", "--without-pip", WORK / "venv")
    quiet(sys.executable, "-m", "pip", "--python", PYTHON, "install", "--disable-pip-version-check", "-r", HERE / "requirements.txt")
    NODE.mkdir(exist_ok=True)
    for file in (*(ROOT / "tests/peers" / name for name in ("package.json", "package-lock.json")), HERE / "sdk.mjs"):
        (NODE / file.name).write_bytes(file.read_bytes())
    if not (NODE / "node_modules").exists():
        quiet("npm", "ci", "--prefix", NODE, "--ignore-scripts", "--no-audit", "--no-fund")
    certificates()
    if not EMULATOR.exists():
        quiet(ROOT / ".ci/task/run", "10")
    template()


def template():
    """Packages the task of deploy/task/template."""
    folder = WORK / "hello"
    shutil.copytree(ROOT / "deploy/task/template", folder, dirs_exist_ok=True)
    quiet("./package.sh", "--config", f'patch.crates-io.exh-oauth1.path="{ROOT}"', cwd=folder)


def certificates():
    """A CA for this run, and a certificate."""
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    ca_key, request = WORK / "ca.key", WORK / "request.pem"
    quiet("openssl", "req", "-x509", *curve, "-days", "2", "-subj", "/CN=benches", "-keyout", ca_key, "-out", CA)
    quiet("openssl", "req", *curve, "-subj", "/CN=localhost", "-keyout", KEY, "-out", request)
    (WORK / "names").write_text("subjectAltName=DNS:localhost\n")
    quiet(
        "openssl", "x509", "-req", "-in", request, "-CA", CA, "-CAkey", ca_key, "-CAcreateserial",
        "-days", "2", "-extfile", WORK / "names", "-out", CERTIFICATE,
    )


def size(*paths):
    """Bytes on disk of files and folders, counting each file once."""
    files = set()
    for path in map(Path, paths):
        for file in [path, *path.rglob("*")] if path.is_dir() else [path]:
            if file.is_file():
                files.add(file.resolve())
    return sum(file.stat().st_size for file in files)


def libraries(program):
    """The shared libraries that a program loads."""
    lines = subprocess.run(["ldd", program], capture_output=True, text=True).stdout.splitlines()
    words = (word for line in lines for word in line.split())
    return [word for word in words if word.startswith("/")]


def interpreter():
    """Python itself, without its tests and other installed packages."""
    library = Path(sysconfig.get_path("stdlib"))
    left_out = ("site-packages", "dist-packages", "test", "config-", "__pycache__")
    program = PYTHON.resolve()
    return [program, *libraries(program), *(entry for entry in library.iterdir() if not entry.name.startswith(left_out))]
