#!/usr/bin/env python3
"""Count sessions in a clickstream file without any of our code: {"events":..,"started":..,"expired":..,"open":..}

    count_sessions.py FILE.jsonl[.gz] [--idle-seconds 1800]

A session is a run of one session_cookie_id's events, by their own timestamps, without a pause of the idle time or
longer. It is expired when the last timestamp of the whole file is at least the idle time after its last event.
"""
import argparse
import gzip
import json
from collections import defaultdict


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--idle-seconds", type=int, default=1800)
    args = parser.parse_args()
    idle = args.idle_seconds * 1000
    opener = gzip.open if args.file.endswith(".gz") else open
    times = defaultdict(list)
    with opener(args.file, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                meta = json.loads(line)["meta_data"]
                times[meta["session_cookie_id"]].append(meta["timestamp"])
    last = max((max(seen) for seen in times.values()), default=0)
    started = still_open = 0
    for seen in times.values():
        seen.sort()
        started += 1 + sum(b - a >= idle for a, b in zip(seen, seen[1:]))
        still_open += seen[-1] + idle > last
    print(json.dumps({"events": sum(map(len, times.values())), "started": started,
                      "expired": started - still_open, "open": still_open}))


main()
