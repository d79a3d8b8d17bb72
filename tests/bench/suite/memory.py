"""Memory with a million events pending, and a node that has nothing to do."""
import time

from harness.config import write_config

from .groups import node_with
from .tools import Node, wait_until

MIB = 1 << 20
RING_MIB = 64


def run_pending(bench, report):
    resident = []
    for number in range(min(bench.rounds, 3)):
        with node_with(bench, ["counter_2"], RING_MIB) as node:
            node.start()
            answer = node.client().post("/v1/subscribers/counter_2/pause", "")
            assert answer.status in (200, 204), answer
            bench.load(node.port, seconds=120, count=1_000_000, warmup=0)
            wait_until(lambda: node.subscriber("counter_2")["pending"] >= 1_000_000, 30, "a million are pending")
            resident.append(node.process.rss_bytes() / MIB)
        print(f"  round {number + 1}: {resident[-1]:.0f} MiB", flush=True)
    report.add("pending", "RSS with a million events pending", resident, "MiB", at_most=RING_MIB + 64,
               beside=f"ring {RING_MIB} + 64")


def run_idle(bench, report):
    started, resident = [], []
    for _ in range(max(bench.rounds, 5)):
        with Node(program=bench.program("baseplate")) as node:
            started.append(start_ms(node))
            time.sleep(0.5)
            resident.append(node.process.rss_bytes() / MIB)
    report.add("idle", "start with an empty store until /readyz", started, "ms", at_most=150)
    report.add("idle", "RSS after start", resident, "MiB", at_most=40)
    with Node(program=bench.program("baseplate")) as node:
        node.start()
        report.add("idle", "CPU over 30 s, default bus only", [idle_percent(node)], "% of a core", at_most=0.5)
    with Node(program=bench.program("baseplate")) as node:
        node.config = write_config(node.home / "config", {}, {"shop": {"groups": {
            "checkout": {}, "campaigns": {}, "notifications": {}, "session_monitor": {}}}})
        started_ms = start_ms(node)
        report.add("idle", "CPU over 30 s, the shop's groups", [idle_percent(node)], "% of a core", at_most=0.5,
                   beside=f"start {started_ms:.0f} ms, RSS {node.process.rss_bytes() / MIB:.0f} MiB")


def start_ms(node):
    return node.start() * 1000


def idle_percent(node, seconds=30):
    time.sleep(1)
    before, begin = node.process.cpu_seconds(), time.monotonic()
    time.sleep(seconds)
    return (node.process.cpu_seconds() - before) / (time.monotonic() - begin) * 100
