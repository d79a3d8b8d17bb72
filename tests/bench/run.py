"""Run by scripts/bench; see scripts/bench --help."""
import argparse
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "system")]

from suite import groups, memory, parts, publish, recovery  # noqa: E402
from suite.report import Report  # noqa: E402
from suite.tools import Bench  # noqa: E402

SECTIONS = {
    "publish": (publish.run, "durable publish beside Redis streams"),
    "groups": (groups.run_groups, "five groups and one, beside publish alone"),
    "latency": (groups.run_latency, "acknowledged and end to end at half load"),
    "slow": (groups.run_slow, "one slow group beside none"),
    "pending": (memory.run_pending, "memory with a million events pending"),
    "parts": (parts.run, "actors beside calls, applying state beside a memtable"),
    "recovery": (recovery.run, "1 GiB of log without a checkpoint"),
    "idle": (memory.run_idle, "start, memory and CPU of an idle node"),
}


def main():
    parser = argparse.ArgumentParser(
        prog="scripts/bench", formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Builds release and measures the node beside what it is compared with, in interleaved rounds on this "
                    "machine. Prints one table: medians, demands, pass or fail.",
        epilog="sections:\n" + "\n".join(f"  {n:10} {what}" for n, (_, what) in SECTIONS.items())
               + "\n\nexit code: 0 all demands met, 1 one was missed, 2 it could not be measured")
    parser.add_argument("sections", nargs="*", metavar="SECTION", help="default: all")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0, help="length of one load")
    parser.add_argument("--recovery-mib", type=int, default=1024, help="log to recover")
    parser.add_argument("--binaries", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--json", metavar="FILE", help="also write the rounds there")
    arguments = parser.parse_args()
    unknown = [s for s in arguments.sections if s not in SECTIONS]
    if unknown:
        parser.error(f"no such section: {', '.join(unknown)}")
    bench = Bench(arguments.binaries, arguments.rounds, arguments.seconds)
    bench.recovery_bytes = arguments.recovery_mib << 20
    report = Report()
    broken = []
    try:
        report.note(f"{bench.event_source}, {bench.event_bytes:.0f} bytes each")
        for name in arguments.sections or SECTIONS:
            print(f"{name}: {SECTIONS[name][1]}", flush=True)
            try:
                SECTIONS[name][0](bench, report)
            except (AssertionError, RuntimeError, OSError) as e:
                broken.append(name)
                report.note(f"{name} could not be measured: {e}")
    finally:
        bench.close()
    print("\n" + report.text())
    if arguments.json:
        pathlib.Path(arguments.json).write_text(report.json())
    return 2 if broken else 1 if report.failed() else 0


if __name__ == "__main__":
    sys.exit(main())
