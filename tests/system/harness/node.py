"""A node as its users run it: `baseplate serve` with a config and a data directory."""
import json
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

from .http import Client
from .paths import binary
from .process import Process, free_port, wait_until


class Node:
    """Not running until start(). Port and data stay the same over restarts."""

    def __init__(self, config=None, arguments=(), program=None, keep_data=False):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="baseplate-test-"))
        self.data = self.home / "data"
        self.config = config
        self.arguments = list(arguments)
        self.program = program or binary()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None
        self.starts = 0
        self.keep_data = keep_data

    def command(self, extra=()):
        command = [self.program, "serve", "--data", self.data, "--port", self.port]
        if self.config:
            command += ["--config", self.config]
        return command + self.arguments + list(extra)

    def start(self, ready_within=30, extra=()):
        """Starts and waits until /readyz says so. Returns the seconds that took."""
        begin = time.monotonic()
        self.spawn(extra)
        self.wait_ready(ready_within)
        return time.monotonic() - begin

    def spawn(self, extra=()):
        assert not self.process or not self.process.alive(), "the node runs already"
        self.starts += 1
        self.process = Process(self.command(extra), self.home / "node.log")
        return self.process

    def wait_ready(self, seconds=30):
        def ready():
            if not self.process.alive():
                raise AssertionError(f"the node ended with {self.process.popen.returncode}\n{self.process.tail()}")
            try:
                return self.client(timeout=5).get("/readyz").status == 200
            except OSError:
                return False
        wait_until(ready, seconds, lambda: f"the node is ready\n{self.log_tail()}", pause=0.005)

    def kill(self):
        self.process.kill()

    def stop(self, within=20):
        """SIGTERM; the exit code."""
        self.process.signal(signal.SIGTERM)
        return self.process.wait(within)

    def client(self, timeout=15):
        return Client(self.port, timeout=timeout)

    def log(self):
        return (self.home / "node.log").read_text(errors="replace")

    def log_tail(self, lines=30):
        return "\n".join(self.log().splitlines()[-lines:])

    def metrics(self):
        """Samples by 'name{labels}' as the node writes them."""
        out = {}
        for line in self.client().get("/metrics").body.decode().splitlines():
            if line and not line.startswith("#"):
                name, _, value = line.rpartition(" ")
                out[name] = float(value)
        return out

    def subscribers(self):
        """What /v1/subscribers says, the subscribers by name."""
        answer = self.client().get("/v1/subscribers")
        assert answer.status == 200, answer
        return answer.json()

    def subscriber(self, name):
        for one in self.subscribers()["subscribers"]:
            if one["name"] == name:
                return one
        raise AssertionError(f"there is no subscriber {name}")

    def wait_idle(self, seconds=60):
        """Until no subscriber has anything pending."""
        def idle():
            return all(s["pending"] == 0 for s in self.subscribers()["subscribers"])
        wait_until(idle, seconds, lambda: f"nothing is pending: {self.subscribers()}\n{self.log_tail()}", pause=0.1)

    def cli(self, *arguments, timeout=120, check=True, input=None):
        """Runs `baseplate ...` against this node."""
        command = [self.program, *map(str, arguments), "--url", self.url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, input=input)
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(command)} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    def read_log(self, bus="default", seconds=120):
        """Every event that the bus holds now, oldest first, as `baseplate tail` prints it."""
        done = self.cli("tail", "--bus", bus, "--from", "oldest", "--no-follow", "--json", timeout=seconds)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def close(self):
        if self.process and self.process.alive():
            self.process.kill()
        if self.keep_data:
            print(f"kept: {self.home}")
        else:
            shutil.rmtree(self.home, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind and self.process:
            print(f"--- the node's last lines ({self.home}) ---\n{self.log_tail(40)}\n---", flush=True)
        self.close()

