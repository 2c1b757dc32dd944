# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The programs the agent is tested with, from Debian's packages."""
import os
import subprocess
import sys

from agent import skip

NO_ANSWER = 75


def peer(name):
    """Its folder. A registry that does not answer is a skip; anything else that fails is a failure."""
    done = subprocess.run([os.path.join(os.path.dirname(__file__), "peer"), name], capture_output=True, text=True,
                          check=False)
    if done.returncode == NO_ANSWER:
        skip(name, "not fetched: " + done.stderr.strip().splitlines()[-1])
        sys.exit(0)
    if done.returncode:
        raise RuntimeError(f"{name} cannot be had: {done.stderr.strip()}")
    return done.stdout.strip()
