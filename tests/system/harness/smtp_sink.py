"""A real SMTP server (aiosmtpd) that keeps what it accepted and can be told to refuse."""
import asyncio
import email
import email.policy
import threading

from aiosmtpd.controller import Controller

from .process import free_port


class Mail:
    def __init__(self, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.message_id = str(message["Message-ID"] or "")
        self.subject = str(message["Subject"] or "")
        self.sender = envelope.mail_from
        self.to = list(envelope.rcpt_tos)
        self.text = message.get_body(("plain", "html")).get_content() if message.get_body(("plain", "html")) else ""
        self.headers = {k.lower(): str(v) for k, v in message.items()}

    def __repr__(self):
        return f"<mail {self.message_id} to {self.to} {self.subject!r}>"


class SmtpSink:
    """`refuse` is asked per message: a line such as "451 busy" refuses it, None accepts."""

    def __init__(self, port=None):
        self.port = port or free_port()
        self.refuse = lambda mail: None
        self.refused = 0
        self.delay_s = 0.0
        self._mails = []
        self._lock = threading.Lock()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    async def handle_DATA(self, server, session, envelope):
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        mail = Mail(envelope)
        refusal = self.refuse(mail)
        with self._lock:
            if refusal:
                self.refused += 1
                return refusal
            self._mails.append(mail)
        return "250 OK"

    def mails(self):
        with self._lock:
            return list(self._mails)

    def by_message_id(self):
        out = {}
        for mail in self.mails():
            out.setdefault(mail.message_id, []).append(mail)
        return out

    def close(self):
        self._controller.stop()
