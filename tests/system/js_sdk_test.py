"""AWS's JavaScript SDK publishes: starts a node and runs js_sdk_test.mjs against it."""
import pathlib
import shutil
import subprocess
import unittest

from harness import paths
from harness.node import Node

HERE = pathlib.Path(__file__).resolve().parent


def install():
    """npm ci, unless what is installed is of this lock file."""
    lock = (HERE / "package-lock.json").read_text()
    stamp = HERE / "node_modules" / ".installed"
    if stamp.exists() and stamp.read_text() == lock:
        return
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=HERE, check=True, timeout=180)
    stamp.write_text(lock)


class JavaScriptSdk(unittest.TestCase):
    def test_it_publishes_and_reads_the_refusals(self):
        with Node() as node:
            node.start()
            done = subprocess.run(["node", "--test", str(HERE / "js_sdk_test.mjs")], timeout=120,
                                  capture_output=True, text=True, env={"PATH": "/usr/local/bin:/usr/bin:/bin",
                                                                       "BASEPLATE_URL": node.url})
            print(done.stdout, done.stderr)
            self.assertEqual(done.returncode, 0)
            log = node.read_log()
            self.assertEqual([e["detail"]["n"] for e in log if e["source"] == "js.sdk"], list(range(10)))
            self.assertFalse([e for e in log if e["source"] == "js.refused"])


if __name__ == "__main__":
    if not shutil.which("node") or not shutil.which("npm"):
        paths.skip("node and npm are not installed (apt-get install nodejs npm)")
    install()
    unittest.main(verbosity=2, warnings="ignore")
