"""How a node ends and begins: signals, a second process, a torn tail, damage and its repair."""
import json
import re
import signal
import socket
import subprocess
import threading
import time
import unittest

from harness.config import write_config
from harness.node import Node
from harness.process import wait_until


def entry(n):
    return {"Source": "shutdown.test", "DetailType": "thing", "Detail": json.dumps({"n": n, "filler": "x" * 200})}


def publish(node, count):
    """Ids of `count` events, each acknowledged before the next ten are sent."""
    client, ids = node.client(), []
    for n in range(0, count, 10):
        answer = client.put_events([entry(i) for i in range(n, n + 10)])
        assert answer.status == 200, answer
        ids += [e["EventId"] for e in answer.json()["Entries"]]
    return ids


def half_sent_request(node):
    """A connection whose request has begun and not ended: in flight for as long as the test likes."""
    body = json.dumps({"Entries": [entry(-1)]}).encode()
    s = socket.create_connection(("127.0.0.1", node.port))
    s.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-amz-json-1.1\r\n"
              b"X-Amz-Target: AWSEvents.PutEvents\r\nContent-Length: %d\r\n\r\n" % len(body) + body[:20])
    time.sleep(0.1)
    return s, body[20:]


class Signals(unittest.TestCase):
    def test_sigterm_under_load_ends_with_0_and_everything_acknowledged_is_kept(self):
        with Node() as node:
            node.start()
            acknowledged, stop = [], threading.Event()

            def load():
                client, n = node.client(timeout=5), 0
                while not stop.is_set():
                    n += 1
                    try:
                        answer = client.put_events([entry(n)])
                    except OSError:
                        return
                    if answer.status == 200:
                        acknowledged.extend(e["EventId"] for e in answer.json()["Entries"])
            threads = [threading.Thread(target=load) for _ in range(4)]
            for thread in threads:
                thread.start()
            time.sleep(0.5)
            begin = time.monotonic()
            code = node.stop()
            took = time.monotonic() - begin
            stop.set()
            for thread in threads:
                thread.join()
            self.assertEqual(code, 0, node.log_tail())
            self.assertLess(took, 5)
            self.assertGreater(len(acknowledged), 50)
            node.start()
            ids = [e["id"] for e in node.read_log()]
            self.assertEqual(set(acknowledged) - set(ids), set())
            self.assertEqual(len(ids), len(set(ids)))

    def test_after_sigterm_the_node_is_not_ready_and_what_is_in_flight_finishes(self):
        with Node() as node:
            node.start()
            watcher = node.client(timeout=5)
            self.assertEqual(watcher.get("/readyz").status, 200)
            s, rest = half_sent_request(node)
            node.process.signal(signal.SIGTERM)

            def not_ready():
                try:
                    return watcher.get("/readyz").status == 503
                except OSError:
                    return True  # it takes no connections any more
            wait_until(not_ready, 2, "the node says that it is not ready")
            self.assertTrue(node.process.alive(), "it waits for the request in flight")
            s.sendall(rest)
            s.settimeout(10)
            answer = s.recv(4096).decode()
            self.assertRegex(answer, r"^HTTP/1.1 (200|503) ")
            s.close()
            self.assertEqual(node.process.wait(10), 0, node.log_tail())
            node.start()
            found = [e for e in node.read_log() if e["detail"]["n"] == -1]
            self.assertEqual(len(found), 1 if " 200 " in answer.split("\n")[0] else 0)

    def test_a_request_that_never_ends_does_not_hold_the_node_beyond_its_deadline(self):
        with Node() as node:
            node.config = config(node, {"drain_timeout_ms": 1000})
            node.start()
            s, _ = half_sent_request(node)
            begin = time.monotonic()
            self.assertEqual(node.stop(within=6), 0, node.log_tail())
            self.assertLess(time.monotonic() - begin, 4)
            s.close()

    def test_a_second_signal_ends_the_node_at_once(self):
        with Node() as node:
            node.start()
            s, _ = half_sent_request(node)
            node.process.signal(signal.SIGTERM)
            time.sleep(0.3)
            self.assertTrue(node.process.alive(), "the first signal waits for what is in flight")
            begin = time.monotonic()
            node.process.signal(signal.SIGTERM)
            code = node.process.wait(5)
            self.assertLess(time.monotonic() - begin, 1)
            self.assertNotEqual(code, 0)
            s.close()


class DataDirectory(unittest.TestCase):
    def test_a_second_process_on_the_same_data_is_refused_and_the_first_goes_on(self):
        with Node() as node:
            node.start()
            ids = publish(node, 10)
            command = [str(x) for x in node.command()]
            command[command.index("--port") + 1] = "0"
            second = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
            self.assertNotEqual(second.returncode, 0)
            said = second.stdout + second.stderr
            self.assertIn(str(node.data), said)
            self.assertRegex(said, r"(?i)in use|locked|another process|already")
            self.assertEqual([e["id"] for e in node.read_log()], ids)

    def test_a_torn_tail_is_cut_off_and_reported_and_everything_before_it_is_there(self):
        with Node() as node:
            node.start()
            ids = publish(node, 200)
            node.kill()
            segment = segments(node)[-1]
            whole = segment.stat().st_size
            with open(segment, "ab") as f:
                f.write(segment.read_bytes()[-500:-137])  # a record that was being written
            node.start()
            self.assertRegex(node.log(), r"(?i)torn|truncated")
            self.assertIn(segment.name, node.log())
            self.assertEqual([e["id"] for e in node.read_log()], ids)
            self.assertEqual([e["id"] for e in publish_one_more(node)], [])
            node.kill()
            self.assertGreaterEqual(segment.stat().st_size, whole)
            node.start()
            self.assertEqual([e["id"] for e in node.read_log()][:200], ids)

    def test_a_flipped_byte_in_the_middle_stops_the_start_and_repair_quarantines_it(self):
        with Node() as node:
            node.start()
            ids = publish(node, 400)
            node.kill()
            segment = segments(node)[0]
            at = segment.stat().st_size // 2
            with open(segment, "r+b") as f:
                f.seek(at)
                byte = f.read(1)
                f.seek(at)
                f.write(bytes([byte[0] ^ 0x40]))
            process = node.spawn()
            self.assertNotEqual(process.wait(20), 0)
            said = node.log()
            self.assertIn(segment.name, said)
            offsets = [int(x) for x in re.findall(r"offset[ =:]+(\d+)", said)]
            self.assertTrue(any(at - 8192 <= x <= at for x in offsets), f"{at} is near one of {offsets}: {said[-1500:]}")
            self.assertIn("--repair", said)

            node.start(extra=["--repair"])
            kept = [e["id"] for e in node.read_log()]
            lost = set(ids) - set(kept)
            self.assertTrue(lost, "the damaged record is lost")
            self.assertEqual(kept[:10], ids[:10], "what lies before the damage is there")
            self.assertLess(len(lost), len(ids))
            more = publish(node, 10)
            self.assertEqual(node.stop(), 0)
            node.start()
            self.assertEqual([e["id"] for e in node.read_log()], kept + more)


def config(node, options):
    return write_config(node.home / "config", options)


def segments(node):
    found = sorted((node.data / "log").glob("*.log"))
    assert found, f"no segments below {node.data}: {list(node.data.rglob('*'))}"
    return found


def publish_one_more(node):
    """Events of the log behind one published now: none."""
    (last, *_) = publish(node, 10)[-1:]
    log = node.read_log()
    return log[[e["id"] for e in log].index(last) + 1:]


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
