"""A disk that is really full: publishes are refused with a clear answer, reads and deliveries go on, and when there is
space again so do publishes, without a restart. Needs to mount a small file system (root); skipped where it may not.
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

from harness.config import write_config
from harness.node import Node
from harness.process import wait_until

MIB = 1 << 20


class SmallDisk:
    """A tmpfs of some MiB, with a file on it that can be deleted to make space."""

    def __init__(self, size_mib):
        self.path = tempfile.mkdtemp(prefix="baseplate-disk-")
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size_mib}m", "tmpfs", self.path],
                              capture_output=True, text=True)
        if done.returncode != 0:
            print(f"SKIPPED: no small file system can be mounted here: {done.stderr.strip()}")
            sys.exit(77)

    def close(self):
        subprocess.run(["umount", "-l", self.path], check=False)
        subprocess.run(["rmdir", self.path], check=False)


def records(first, count):
    return [{"source": "full-disk", "detail-type": "numbered",
             "detail": {"n": n, "filler": "x" * 2000}} for n in range(first, first + count)]


class FullDisk(unittest.TestCase):
    def test_refuses_publishes_serves_reads_and_goes_on_when_there_is_space(self):
        disk = SmallDisk(96)
        node = Node()
        try:
            node.data = pathlib.Path(disk.path) / "data"
            node.config = write_config(node.home / "config", {"journal": {"segment_bytes": 4 * MIB}},
                                       {"shop": {"groups": {"session_monitor": {}}}})
            node.start()
            filler = open(f"{disk.path}/filler", "wb")
            filler.write(b"\0" * (60 * MIB))
            filler.close()
            client = node.client()
            acknowledged, refused, number = [], None, 0
            while refused is None and number < 40_000:
                answer = client.post("/v1/events", json.dumps(records(number, 100)))
                if answer.status == 200 and not answer.json().get("failed", 0):
                    acknowledged += range(number, number + 100)
                else:
                    refused = answer
                number += 100
            self.assertIsNotNone(refused, "the disk never became full")
            print(f"{len(acknowledged)} events acknowledged, then: {refused.status} {refused.body[:200]!r}")
            self.assertEqual(refused.status, 507, refused)
            self.assertIn("full", refused.body.decode())
            self.assertTrue(node.process.alive())
            ready = client.get("/readyz")
            self.assertEqual(ready.status, 503, ready)
            self.assertIn("full", ready.body.decode())
            self.assertEqual(client.get("/livez").status, 200)

            # Reads go on.
            held = [e["detail"]["n"] for e in node.read_log() if e["source"] == "full-disk"]
            self.assertEqual(held, acknowledged)

            # Space, and no restart.
            subprocess.run(["rm", f"{disk.path}/filler"], check=True)

            def goes_on():
                return client.post("/v1/events", json.dumps(records(number, 1))).status == 200
            wait_until(goes_on, 20, lambda: f"publishing goes on\n{node.log_tail()}")
            acknowledged.append(number)
            self.assertEqual(client.get("/readyz").status, 200)
            node.wait_idle()
            node.kill()
            node.start()
            held = [e["detail"]["n"] for e in node.read_log() if e["source"] == "full-disk"]
            self.assertEqual(held, acknowledged, "what was acknowledged, and nothing else, survived")
        finally:
            node.close()
            disk.close()


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
