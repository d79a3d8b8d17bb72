"""Configuration directories, as config/README.md describes them."""
import json
import pathlib

from .psp import WEBHOOK_SECRET


def write_config(directory, node=None, squads=None):
    """Writes baseplate.json and squads/*.json below `directory`; returns the directory."""
    directory = pathlib.Path(directory)
    (directory / "squads").mkdir(parents=True, exist_ok=True)
    (directory / "baseplate.json").write_text(json.dumps(node or {}, indent=1))
    for name, squad in (squads or {}).items():
        (directory / "squads" / f"{name}.json").write_text(json.dumps(squad, indent=1))
    return directory


def shop_squad(psp_url, smtp_port, payment_timeout_ms=3_600_000, retry=None):
    """The five groups, the provider as an HTTP target and the mail server as an SMTP target."""
    retry = retry or {"backoff_ms": 50, "backoff_max_ms": 500}
    return {
        "groups": {
            "checkout": {"options": {"payment_timeout_ms": payment_timeout_ms}},
            "payments": {"options": {"webhook_secrets": [WEBHOOK_SECRET]}},
            "campaigns": {},
            "notifications": {},
            "session_monitor": {"options": {"idle_ms": 1_800_000}},
        },
        "subscribers": {
            "payment-provider": {
                "pattern": {"detail-type": ["payment_requested"]},
                "target": {"kind": "http", "url": f"{psp_url}/v1/payments", "allow_private": True},
                "retry": retry,
            },
            "payment-provider-refunds": {
                "pattern": {"detail-type": ["payment_refund_requested"]},
                "target": {"kind": "http", "url": f"{psp_url}/v1/refunds", "allow_private": True},
                "retry": retry,
            },
            "mail": {
                "pattern": {"detail-type": ["mail_requested"]},
                "target": {"kind": "smtp", "url": f"smtp://127.0.0.1:{smtp_port}", "from": "shop@example.com",
                           "allow_private": True},
                "retry": retry,
            },
        },
    }
