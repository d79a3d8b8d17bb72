"""Durable publish over HTTP, beside Redis streams that sync every command."""
from .report import median
from .tools import Node, Redis, quiet

DEMAND = 1.1


def run(bench, report):
    ours, theirs, ratios = [], [], []
    for number in range(bench.rounds):
        def node_round():
            with Node(program=bench.program("baseplate")) as node:
                node.start()
                return bench.load(node.port, seconds=bench.seconds)

        def redis_round():
            redis = Redis(bench)
            try:
                redis.xadd(50_000)
                return redis.xadd(int(100_000 * bench.seconds))
            finally:
                redis.close()
        quiet()
        # Which goes first alternates, so that a slow drift of the machine favours neither.
        if number % 2 == 0:
            load = node_round()
            other = redis_round()
        else:
            other = redis_round()
            load = node_round()
        ours.append(load["events_per_s"])
        theirs.append(other)
        ratios.append(load["events_per_s"] / other)
        latency = load["latency_ms"]
        print(f"  round {number + 1}: {load['events_per_s']:,.0f} beside {other:,.0f} events/s, p50 "
              f"{latency['p50']:.2f} p99 {latency['p99']:.2f} ms, client {load['client_cpu_s']:.2f} s CPU", flush=True)
    report.add("publish", "durable publish, PutEvents of 10, 64 connections", ours, "events/s",
               beside=f"Redis {median(theirs):,.0f}")
    report.add("publish", "beside Redis streams, appendfsync always, 64 clients, pipeline 10", ratios, "x",
               at_least=DEMAND)
