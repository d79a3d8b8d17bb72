"""What the system tests stand on: a node, a payment provider and a mail server as real processes."""
