"""What single parts cost beside what they replace: actors beside calls, state beside a memtable."""
import json
import subprocess

from .tools import quiet


def run(bench, report):
    direct, actors, ratios, applied, memtable, shares = [], [], [], [], [], []

    def measure(mode):
        return json.loads(subprocess.run([bench.program("parts_bench"), mode], capture_output=True, text=True,
                                         check=True).stdout)
    for number in range(bench.rounds):
        quiet()
        rates = {}
        for mode in ("direct", "actors") if number % 2 == 0 else ("actors", "direct"):
            rates[mode] = measure(mode)["events_per_s"]
        state = measure("apply")
        direct.append(rates["direct"])
        actors.append(rates["actors"])
        ratios.append(rates["actors"] / rates["direct"])
        applied.append(state["apply_ns"])
        memtable.append(state["memtable_ns"])
        shares.append(state["apply_ns"] / state["memtable_ns"])
        print(f"  round {number + 1}: actors {actors[-1]:,.0f}, calls {direct[-1]:,.0f} events/s; applying a change "
              f"{applied[-1]:.0f} ns, memtable {memtable[-1]:.0f} ns", flush=True)
    report.add("parts", "journal, bus and one group as actors, no disk", actors, "events/s")
    report.add("parts", "beside the same by calls in one thread", ratios, "x", at_least=0.7)
    report.add("parts", "applying a change of state, CPU", applied, "ns")
    report.add("parts", "beside RocksDB's memtable taking the same", shares, "x", at_most=0.3)
