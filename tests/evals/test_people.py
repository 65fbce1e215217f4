from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPT = """
import random
from evals.generated.people import COUNTRIES, People
for country in COUNTRIES:
    people = People(random.Random(7), country)
    for _ in range(5):
        print(people.company(), people.person(), people.address(), people.email("Ann Doe"))
"""


def told(hash_seed: str) -> str:
    """In a process of its own: the order of sets is another in each."""
    command = [sys.executable, "-c", SCRIPT]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_people_of_one_seed_are_the_same_in_every_process() -> None:
    assert told("1") == told("2")
