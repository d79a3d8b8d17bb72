"""What groups cost: five on every event beside publishing alone, latency at half load, one slow group."""
import time

from harness.config import write_config

from .report import median
from .tools import Histogram, Node, quiet, wait_until

FIVE = [f"counter_{i}" for i in range(1, 6)]


def node_with(bench, groups, ring_mib=64):
    """The test node with these groups on every event of the default bus."""
    node = Node(program=bench.program("baseplate-testnode"))
    node.config = write_config(node.home / "config", {"journal": {"ring_bytes": ring_mib << 20}},
                               {"bench": {"groups": {name: {} for name in groups}}} if groups else {})
    return node


def committed(node, groups):
    """Events that every one of these groups has durably finished."""
    by_name = {s["name"]: s for s in node.subscribers()["subscribers"]}
    return min(by_name[g]["delivered"] for g in groups)


def saturate(bench, groups):
    """Closed loop until every event is committed by all groups: (events/s, CPU us per event)."""
    with node_with(bench, groups) as node:
        node.start()
        bench.load(node.port, seconds=1.0)  # warm: connections, caches, segments
        if groups:
            node.wait_idle(120)
        cpu = node.process.cpu_seconds()
        begin = time.monotonic()
        load = bench.load(node.port, seconds=bench.seconds, warmup=0)
        if groups:
            wait_until(lambda: all(s["pending"] == 0 for s in node.subscribers()["subscribers"]), 120,
                       "the groups are done", pause=0.005)
        took = time.monotonic() - begin
        cpu = node.process.cpu_seconds() - cpu
        events = load["events_acknowledged_in_all"]
        # Without groups there is nothing to wait for: the client's own time counts.
        return events / (took if groups else load["seconds"]), cpu / events * 1e6


def run_groups(bench, report):
    rates = {"alone": [], "one": [], "five": []}
    cpus = {"alone": [], "one": [], "five": []}
    variants = [("alone", []), ("one", FIVE[:1]), ("five", FIVE)]
    for number in range(bench.rounds):
        quiet()
        for name, groups in variants if number % 2 == 0 else reversed(variants):
            rate, cpu = saturate(bench, groups)
            rates[name].append(rate)
            cpus[name].append(cpu)
        print(f"  round {number + 1}: " + ", ".join(f"{n} {r[-1]:,.0f}/s {cpus[n][-1]:.1f} us" for n, r in rates.items()),
              flush=True)
    report.add("groups", "published and committed by five groups on every event", rates["five"], "events/s",
               beside=f"publish alone {median(rates['alone']):,.0f}")
    report.add("groups", "five groups beside publish alone", ratio(rates["five"], rates["alone"]), "x", at_least=0.5)
    report.add("groups", "one group beside publish alone", ratio(rates["one"], rates["alone"]), "x", at_least=0.75)
    report.add("groups", "CPU per event, five groups", cpus["five"], "us",
               beside=f"publish alone {median(cpus['alone']):.1f}")
    report.add("groups", "CPU per event, five groups beside publish alone", ratio(cpus["five"], cpus["alone"]), "x",
               at_most=2.5)
    bench.saturated = median(rates["five"])


def ratio(these, those):
    return [a / b for a, b in zip(these, those)]


def half_load(bench):
    """Half of what five groups commit; measured when the section before did not."""
    if not getattr(bench, "saturated", None):
        bench.saturated = median([saturate(bench, FIVE)[0] for _ in range(3)])
    return bench.saturated / 2


def at_rate(bench, groups, rate, events=None):
    """Open loop; latencies in ms from the node's own histograms, and the client's from when a request was due."""
    with node_with(bench, groups) as node:
        node.start()
        bench.load(node.port, events, seconds=1.0, rate=rate, warmup=0)
        before = node.metrics()
        load = bench.load(node.port, events, seconds=bench.seconds, rate=rate)
        # Right away, before anything catches up.
        lag = 0
        if groups:
            by_name = {s["name"]: s for s in node.subscribers()["subscribers"]}
            lag = max(by_name[g]["pending"] for g in groups if g != "slow")
        after = node.metrics()

        def histogram(name, label=""):
            return Histogram(after, name, label).minus(Histogram(before, name, label))
        acknowledge = histogram("baseplate_acknowledge_seconds")
        # Of the slowest group, so that "all have committed" is not flattered by the quick ones.
        end_to_end = [histogram("baseplate_end_to_end_seconds", f'group="{g}"') for g in groups if g != "slow"]

        def change(name):
            return after[name] - before[name]
        sync_ms = change("baseplate_journal_sync_seconds_total") / change("baseplate_journal_syncs_total") * 1e3
        return {"ack_p50": acknowledge.percentile(0.5) * 1e3, "ack_p99": acknowledge.percentile(0.99) * 1e3,
                "e2e_p50": max(h.percentile(0.5) for h in end_to_end) * 1e3,
                "e2e_p99": max(h.percentile(0.99) for h in end_to_end) * 1e3, "sync": sync_ms, "client_p50": load["latency_ms"]["p50"],
                "client_p99": load["latency_ms"]["p99"], "lag": lag}


def run_latency(bench, report):
    rate = half_load(bench)
    rounds = []
    for number in range(bench.rounds):
        quiet()
        rounds.append(at_rate(bench, FIVE, rate))
        print(f"  round {number + 1}: " + ", ".join(f"{k} {v:.2f}" for k, v in rounds[-1].items()), flush=True)

    def every(name):
        return [r[name] for r in rounds]
    report.note(f"half load is {rate:,.0f} events/s, five groups on every event, open loop; times are the node's own "
                f"unless said")
    report.add("latency", "acknowledged p50", every("ack_p50"), "ms")
    report.add("latency", "acknowledged p99", every("ack_p99"), "ms")
    report.add("latency", "end to end (all five committed) p50", every("e2e_p50"), "ms")
    report.add("latency", "end to end p99", every("e2e_p99"), "ms")
    report.add("latency", "acknowledged p50 at the client, from when it was due", every("client_p50"), "ms")
    report.add("latency", "acknowledged p99 at the client", every("client_p99"), "ms")
    report.add("latency", "end to end p50 beside acknowledged p50", ratio(every("e2e_p50"), every("ack_p50")), "x",
               at_most=4)
    report.add("latency", "acknowledged p50 beside mean sync", ratio(every("ack_p50"), every("sync")), "x", at_most=3,
               beside=f"sync {median(every('sync')):.2f} ms")


def run_slow(bench, report):
    rate = half_load(bench)
    without, beside, lag = [], [], []
    for number in range(bench.rounds):
        quiet()
        pair = [(without, FIVE), (beside, FIVE + ["slow"])]
        for into, groups in pair if number % 2 == 0 else reversed(pair):
            result = at_rate(bench, groups, rate, bench.events_with_slow)
            into.append(result["ack_p50"])
            if groups is not FIVE:
                lag.append(result["lag"])
        print(f"  round {number + 1}: {without[-1]:.2f} ms without, {beside[-1]:.2f} ms beside a slow group", flush=True)
    report.add("slow", "acknowledged p50 with one slow group", beside, "ms", beside=f"without {median(without):.2f}")
    report.add("slow", "acknowledged p50, with beside without a slow group", ratio(beside, without), "x", at_most=1.3)
    report.add("slow", "lag of the other groups when the load ends", lag, "events", at_most=4096)
