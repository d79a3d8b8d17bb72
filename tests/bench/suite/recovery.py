"""Recovery of a log without a checkpoint, beside reading and checking it."""
import json
import subprocess
import time

from harness.config import write_config

from .groups import FIVE
from .tools import Node, quiet

GIB = 1 << 30
DEMAND_RATIO, DEMAND_SECONDS = 2.5, 5.0


def run(bench, report):
    with Node(program=bench.program("baseplate-testnode")) as node:
        # Nothing is checkpointed, so that the whole log must be applied again.
        node.config = write_config(
            node.home / "config", {"journal": {"checkpoint_log_bytes": 16 * GIB, "checkpoint_dirty_keys": 50_000_000,
                                               "checkpoint_interval_ms": 3_600_000}},
            {"bench": {"groups": {name: {} for name in FIVE}}})
        node.start()
        while log_bytes(node) < bench.recovery_bytes:
            bench.load(node.port, seconds=5, count=200_000, warmup=0)
        node.wait_idle(120)
        node.kill()
        size = log_bytes(node)
        print(f"  {size / GIB:.2f} GiB of log, five group commits per event", flush=True)
        recovered, read, ratios = [], [], []
        for number in range(bench.rounds):
            quiet()
            checked = json.loads(subprocess.run(
                [bench.program("read_and_check"), *map(str, segments(node))], capture_output=True, text=True,
                check=True).stdout)
            begin = time.monotonic()
            node.spawn()
            node.wait_ready(60)
            took = time.monotonic() - begin
            node.kill()
            recovered.append(took)
            read.append(checked["seconds"])
            ratios.append(took / checked["seconds"])
            print(f"  round {number + 1}: {took:.2f} s, reading {checked['seconds']:.2f} s", flush=True)
        scale = GIB / size
        report.add("recovery", "recovery without a checkpoint, kill to /readyz, per GiB", [r * scale for r in recovered],
                   "s", at_most=DEMAND_SECONDS, beside=f"{size / GIB:.2f} GiB, warm cache")
        report.add("recovery", "beside reading and checking every record", ratios, "x", at_most=DEMAND_RATIO,
                   beside=f"reading {sorted(read)[len(read) // 2]:.2f} s")


def segments(node):
    return sorted((node.data / "log").glob("*.log"))


def log_bytes(node):
    return sum(s.stat().st_size for s in segments(node))
