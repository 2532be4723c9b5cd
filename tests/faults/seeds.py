"""Chance that can be repeated: every draw hangs on one seed a run, which is printed and can be given again."""

import os
import random

VARIABLE = "PROOF_SEED"


def seed_of_the_run() -> int:
    """What PROOF_SEED says, else a number drawn once; the workers that this process starts share it."""
    return int(os.environ.setdefault(VARIABLE, str(random.SystemRandom().randrange(2**32))))


def seeded(name: str) -> random.Random:
    """Chance for what bears this name, the same again under the same seed; prints the seed."""
    seed = seed_of_the_run()
    print(f"{name}: seed {seed}")
    return random.Random(f"{name} {seed}")  # noqa: S311 - repeatable is what it is for
