# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The programs the agent is tested with, from Debian's packages."""
import os
import subprocess

from agent import Skip

NO_ANSWER = 75


def peer(name):
    """Its folder. A registry that does not answer is a skip; anything else that fails is a failure."""
    done = subprocess.run([os.path.join(os.path.dirname(__file__), "peer"), name], capture_output=True, text=True,
                          check=False)
    if done.returncode == NO_ANSWER:
        raise Skip(f"{name} was not fetched: {done.stderr.strip().splitlines()[-1]}")
    if done.returncode:
        raise RuntimeError(f"{name} cannot be had: {done.stderr.strip()}")
    return done.stdout.strip()
