"""A child process with its output in a file, ended at the latest with the test."""
import atexit
import os
import pathlib
import random
import signal
import socket
import subprocess
import time

_running = set()


def free_port():
    """A port below the ephemeral range, so that no outgoing connection takes it while its server is down."""
    for _ in range(1000):
        port = random.randrange(12_000, 32_000)
        with socket.socket() as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise RuntimeError("no free port")


def wait_until(condition, seconds, what, pause=0.02):
    """Calls `condition` until it gives something true, and returns that."""
    end = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds:g} s: {what() if callable(what) else what}")
        time.sleep(pause)


class Process:
    """Starts at once. `output` collects stdout and stderr over all starts."""

    def __init__(self, command, output, environment=None):
        self.command = [str(x) for x in command]
        self.output = pathlib.Path(output)
        with open(self.output, "ab") as out:
            self.popen = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                          start_new_session=True, env={**os.environ, **(environment or {})})
        self.pid = self.popen.pid
        _running.add(self)

    def alive(self):
        return self.popen.poll() is None

    def signal(self, number):
        if self.alive():
            self.popen.send_signal(number)

    def kill(self):
        """SIGKILL, and waits for the end."""
        self.signal(signal.SIGKILL)
        return self.wait(10)

    def wait(self, seconds):
        """The exit code; kills the process and fails when it does not end in time."""
        try:
            code = self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
            _running.discard(self)
            raise AssertionError(f"{self.command[0]} did not end within {seconds:g} s\n{self.tail()}") from None
        _running.discard(self)
        return code

    def text(self):
        return self.output.read_text(errors="replace")

    def tail(self, lines=30):
        return "\n".join(self.text().splitlines()[-lines:])

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rss_bytes(self):
        for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        return 0


@atexit.register
def _end_all():
    for process in list(_running):
        if process.alive():
            process.popen.kill()
            process.popen.wait()
