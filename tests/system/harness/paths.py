"""Where things are, and how much to run.

BASEPLATE_BIN     the binary under test; default build/release/bin/baseplate, else the newest build/*/bin/baseplate
BASEPLATE_SHARED  reference data; default ../shared beside the repository
BASEPLATE_FULL    1: the counts of the full run, which take long
BASEPLATE_SEED    seed of the random moments; printed, so that a run can be repeated
"""
import os
import pathlib
import random
import sys

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
SHARED = pathlib.Path(os.environ.get("BASEPLATE_SHARED", REPOSITORY.parent / "shared"))
FULL = os.environ.get("BASEPLATE_FULL", "") not in ("", "0")
SKIPPED = 77


def binary(name="baseplate"):
    """The program under test, or one built beside it."""
    given = os.environ.get("BASEPLATE_BIN")
    if given:
        return str(pathlib.Path(given).resolve().parent / name)
    release = REPOSITORY / "build" / "release" / "bin" / name
    if release.exists():
        return str(release)
    built = sorted(REPOSITORY.glob("build/*/bin/" + name), key=lambda p: p.stat().st_mtime)
    if not built:
        sys.exit(f"no {name} is built: run scripts/build, or set BASEPLATE_BIN")
    return str(built[-1])


def shared(path):
    """A file of the reference data; without it the test file is skipped, loudly."""
    found = SHARED / path
    if not found.exists():
        skip(f"{found} is absent (BASEPLATE_SHARED says where to look)")
    return found


def skip(reason):
    """Ends the process so that ctest counts the test as skipped."""
    print(f"SKIPPED: {reason}", flush=True)
    sys.exit(SKIPPED)


def count(name, default, full):
    """How many: from the environment variable, else by BASEPLATE_FULL."""
    return int(os.environ.get(name, full if FULL else default))


def seeded_random():
    seed = int(os.environ.get("BASEPLATE_SEED", random.SystemRandom().randrange(1 << 32)))
    print(f"BASEPLATE_SEED={seed}", flush=True)
    return random.Random(seed)
