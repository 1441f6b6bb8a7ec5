"""Runs a program on its own terminal of 80 columns and follows steps; used by tests/cli/terminal/mod.rs.

The arguments are the program and its arguments; standard input has a JSON list of steps:
  ["expect", TEXT]      waits until the terminal has shown this, after what was expected before
  ["send", TEXT]        types
  ["signal", NAME]      sends a signal to the program
  ["stopped"]           waits until the program is stopped
  ["set_echo", BOOL]    changes the terminal, as a shell does
  ["echo", BOOL]        waits until the terminal shows what is typed, or does not
Standard output is JSON: what was seen, how the program ended (minus the signal, or the exit code), and whether the terminal
shows what is typed.
"""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

PATIENCE = 60

steps = json.load(sys.stdin)
master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
pid = os.fork()
if pid == 0:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for descriptor in range(3):
        os.dup2(slave, descriptor)
    # The caller may ignore some signals, as nohup does. The program would keep ignoring them.
    for name in ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    os.execv(sys.argv[1], sys.argv[1:])
# The slave stays open here, so that the terminal outlives the program.
seen = ""
looked = 0
deadline = time.monotonic() + PATIENCE


def read(wait):
    global seen
    if time.monotonic() > deadline:
        os.kill(pid, signal.SIGKILL)
        sys.exit(f"nothing more came after {seen!r}")
    if select.select([master], [], [], wait)[0]:
        seen += os.read(master, 65536).decode("utf-8", "replace")
        return True
    return False


def shows():
    return bool(termios.tcgetattr(slave)[3] & termios.ECHO)


for step in steps:
    match step:
        case ["expect", text]:
            while text not in seen[looked:]:
                read(0.05)
            looked = seen.index(text, looked) + len(text)
        case ["send", text]:
            os.write(master, text.encode())
        case ["signal", name]:
            os.kill(pid, getattr(signal, name))
        case ["stopped"]:
            os.waitpid(pid, os.WUNTRACED)
        case ["set_echo", on]:
            modes = termios.tcgetattr(slave)
            modes[3] = modes[3] | termios.ECHO if on else modes[3] & ~termios.ECHO
            termios.tcsetattr(slave, termios.TCSANOW, modes)
        case ["echo", on]:
            while shows() != on:
                read(0.01)

status = 0
while True:
    ended, status = os.waitpid(pid, os.WNOHANG)
    if ended:
        break
    read(0.01)
while read(0.0):
    pass
print(json.dumps({"seen": seen, "ended": os.waitstatus_to_exitcode(status), "echo": shows()}))
