"""The payment provider: `baseplate psp-simulator`, with its payments in a file that survives a kill."""
from .http import Client
from .paths import binary
from .process import Process, free_port, wait_until

WEBHOOK_SECRET = "system-test-secret"


class Psp:
    def __init__(self, home, webhook_url, arguments=(), program=None):
        self.program = program or binary()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.home = home
        self.webhook_url = webhook_url
        self.arguments = list(arguments)
        self.process = None
        self.starts = 0

    def start(self):
        self.starts += 1
        self.process = Process(
            [self.program, "psp-simulator", "--port", self.port, "--webhook-url", self.webhook_url,
             "--secret", WEBHOOK_SECRET, "--data", self.home / "psp.jsonl", *self.arguments],
            self.home / "psp.log")
        self.wait_ready()

    def wait_ready(self):
        def ready():
            if not self.process.alive():
                raise AssertionError(f"the provider ended\n{self.process.tail()}")
            try:
                return Client(self.port, timeout=5).get("/livez").status == 200
            except OSError:
                return False
        wait_until(ready, 10, lambda: f"the provider listens\n{self.process.tail()}")

    def kill(self):
        self.process.kill()

    def payments(self):
        """Every payment the provider took, with its outcome."""
        answer = Client(self.port).get("/v1/payments")
        assert answer.status == 200, answer
        return answer.json()["payments"]

    def close(self):
        if self.process and self.process.alive():
            self.process.kill()
