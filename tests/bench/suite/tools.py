"""What sections share: events, nodes, load, metrics, Redis."""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time


from harness import paths
from harness.node import Node  # noqa: F401
from harness.process import Process, free_port, wait_until

CONNECTIONS = 64
BATCH = 10


class Bench:
    """Settings and the event file of one run."""

    def __init__(self, binaries, rounds, seconds):
        self.binaries = pathlib.Path(binaries)
        self.rounds = rounds
        self.seconds = seconds
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="baseplate-bench-"))
        self.events = self.home / "commerce.jsonl"
        self.event_source = make_events(self.events, 100_000)
        self.events_with_slow = self.home / "commerce-slow.jsonl"
        mark_slow(self.events, self.events_with_slow, 200)
        lines = self.events.read_bytes().splitlines()
        self.event_bytes = sum(map(len, lines)) / len(lines)

    def program(self, name):
        return str(self.binaries / name)

    def load(self, port, events=None, **options):
        """One run of the load client; its report."""
        command = [self.program("load_client"), "--events", events or self.events, "--port", port,
                   "--connections", CONNECTIONS, "--batch", BATCH]
        for name, value in options.items():
            command += ["--" + name, value]
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):
            raise RuntimeError(done.stderr)
        report = json.loads(done.stdout)
        if done.returncode == 1:
            raise RuntimeError(f"the load met errors: {done.stdout}")
        return report

    def close(self):
        shutil.rmtree(self.home, ignore_errors=True)


def make_events(path, count):
    """The reference generator's events; its own simpler ones where that is absent. Returns which."""
    generator = paths.SHARED / "bench" / "generate_events.py"
    if generator.exists():
        with open(path, "wb") as out:
            subprocess.run([sys.executable, str(generator), "commerce", str(count)], stdout=out, check=True)
        return "reference events (commerce)"
    from .own_events import write_events
    write_events(path, count)
    return "own events: the reference generator is absent"


def mark_slow(events, into, every):
    """The same events; each `every`-th asks the slow group to take its time."""
    with open(events) as source, open(into, "w") as out:
        for number, line in enumerate(source):
            if number % every == 0:
                event = json.loads(line)
                event["detail"]["slow"] = True
                line = json.dumps(event, separators=(",", ":")) + "\n"
            out.write(line)


def quiet(seconds=5.0):
    """Waits, for a while, until other work leaves both cores mostly free."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        before = _busy()
        time.sleep(0.25)
        after = _busy()
        total = after[1] - before[1]
        if total and (after[0] - before[0]) / total < 0.25:
            return True
    return False


def _busy():
    fields = [int(x) for x in pathlib.Path("/proc/stat").read_text().split("\n")[0].split()[1:9]]
    idle = fields[3] + fields[4]
    return sum(fields) - idle, sum(fields)


class Histogram:
    """A Prometheus histogram from Node.metrics(): the label sets that hold `label`, summed."""

    def __init__(self, metrics, name, label=""):
        self.buckets = {}
        self.count = 0.0
        self.sum = 0.0
        for sample, value in metrics.items():
            base, _, labels = sample.partition("{")
            if label not in labels:
                continue
            if base == name + "_bucket":
                edge = labels.split('le="')[1].split('"')[0]
                edge = float("inf") if edge == "+Inf" else float(edge)
                self.buckets[edge] = self.buckets.get(edge, 0) + value
            elif base == name + "_count":
                self.count += value
            elif base == name + "_sum":
                self.sum += value

    def minus(self, before):
        out = Histogram({}, "")
        out.buckets = {edge: value - before.buckets.get(edge, 0) for edge, value in self.buckets.items()}
        out.count = self.count - before.count
        out.sum = self.sum - before.sum
        return out

    def mean(self):
        return self.sum / self.count if self.count else float("nan")

    def percentile(self, share):
        """Seconds, interpolated within the bucket."""
        if not self.count:
            return float("nan")
        wanted = share * self.count
        low, below = 0.0, 0.0
        for edge in sorted(self.buckets):
            if self.buckets[edge] >= wanted:
                if edge == float("inf"):
                    return low
                inside = self.buckets[edge] - below
                return low + (edge - low) * ((wanted - below) / inside if inside else 1)
            low, below = edge, self.buckets[edge]
        return low


class Redis:
    """redis-server that syncs every command, on a free port with its own directory."""

    def __init__(self, bench):
        self.bench = bench
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="redis-", dir=bench.home))
        self.port = free_port()
        self.process = Process(
            ["redis-server", "--port", self.port, "--bind", "127.0.0.1", "--dir", self.home, "--save", "",
             "--appendonly", "yes", "--appendfsync", "always", "--auto-aof-rewrite-percentage", "0",
             "--daemonize", "no"], self.home / "log")
        wait_until(lambda: subprocess.run(["redis-cli", "-p", str(self.port), "ping"], capture_output=True,
                                          check=False).stdout.strip() == b"PONG", 10, "redis answers")

    def xadd(self, count):
        """Events/s of 64 clients with a pipeline of 10."""
        payload = "x" * round(self.bench.event_bytes)
        done = subprocess.run(["redis-benchmark", "-p", str(self.port), "-c", "64", "-P", "10", "-n", str(count),
                               "--csv", "XADD", "stream", "*", "e", payload],
                              capture_output=True, text=True, check=True)
        return float(done.stdout.strip().splitlines()[-1].split('","')[1].strip('"'))

    def close(self):
        self.process.kill()
        shutil.rmtree(self.home, ignore_errors=True)
