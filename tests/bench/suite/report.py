"""Figures with their rounds, demands and verdicts; one table at the end."""
import json
import os
import pathlib
import platform
import statistics
import subprocess


def median(values):
    return statistics.median(values)


class Report:
    def __init__(self):
        self.rows = []
        self.notes = []

    def add(self, section, figure, values, unit, demand=None, at_most=None, at_least=None, beside=""):
        """`values`: one per round. The median is the figure; a demand is met by the median."""
        values = [float(v) for v in values]
        figure_median = median(values)
        met = None
        if at_most is not None:
            met = figure_median <= at_most
            demand = f"<= {at_most:g}"
        elif at_least is not None:
            met = figure_median >= at_least
            demand = f">= {at_least:g}"
        self.rows.append({"section": section, "figure": figure, "median": figure_median, "unit": unit,
                          "rounds": values, "beside": beside, "demand": demand or "", "met": met})
        print(f"  {figure}: {show(figure_median)} {unit}  {verdict(met)}", flush=True)

    def note(self, text):
        self.notes.append(text)
        print(f"  note: {text}", flush=True)

    def failed(self):
        return [row for row in self.rows if row["met"] is False]

    def text(self):
        head = ["section", "figure", "median", "unit", "min - max", "n", "beside", "demand", ""]
        lines = [head]
        for row in self.rows:
            values = row["rounds"]
            spread = f"{show(min(values))} - {show(max(values))}" if len(values) > 1 else ""
            lines.append([row["section"], row["figure"], show(row["median"]), row["unit"], spread, str(len(values)),
                          row["beside"], row["demand"], verdict(row["met"])])
        out = [machine(), ""]
        out += ["| " + " | ".join(lines[0]) + " |", "|" + "---|" * len(head)]
        out += ["| " + " | ".join(line) + " |" for line in lines[1:]]
        if self.notes:
            out += [""] + [f"* {n}" for n in self.notes]
        gates = [row for row in self.rows if row["met"] is not None]
        out += ["", f"{sum(1 for row in gates if row['met'])} of {len(gates)} demands met"]
        return "\n".join(out)

    def json(self):
        return json.dumps({"machine": machine(), "rows": self.rows, "notes": self.notes}, indent=1)


def verdict(met):
    return {True: "pass", False: "FAIL", None: ""}[met]


def show(value):
    if value == 0:
        return "0"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}"


def machine():
    model = "?"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    revision = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True,
                              cwd=pathlib.Path(__file__).parent, check=False).stdout.strip()
    return (f"{model}, {os.cpu_count()} CPUs, {memory:.0f} GiB, Linux {platform.release()}, "
            f"load {os.getloadavg()[0]:.1f}, revision {revision or '?'}")
