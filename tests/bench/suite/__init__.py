"""The sections of scripts/bench: what is measured, beside what, and which demand it must meet."""
