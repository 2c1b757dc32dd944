# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What the machines of tests/bench/run measured, what follows from it, and what it may be (tests/bench/budgets)."""
import glob
import os
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
CLOCK = 100_000_000  # instructions of `measure loop`


def numbers_in(path):
    """One machine's, and what each costs more than the same with nobody watching or an empty table there."""
    with open(path) as file:
        lines = [line.split() for line in file]
    # A number that could not be measured is missing, whatever stands in its place.
    numbers = {line[0]: int(line[1]) for line in lines if len(line) == 2 and line[1].lstrip('-').isdigit()}
    if 'clock' not in numbers:
        sys.exit(f'report: {path}: nothing was measured')
    off = abs(numbers['clock'] - CLOCK) / CLOCK
    if off > 0.01:
        sys.exit(f'report: {path}: the clock does not count instructions: {off:.1%} off')
    for key, value in list(numbers.items()):
        *what, name = key.split('.')
        base = f'walk.0.{name}' if what[:1] in (['walk'], ['buckets']) else '.'.join([*what, 'bare'])
        if base in numbers and base != key:
            numbers[f'more.{key}'] = value - numbers[base]
    return numbers


def numbers_of(build, kernel, mode):
    """Of the scenarios of a kernel, a machine each."""
    numbers = {}
    for folder in sorted(glob.glob(f'{build}/vm/{kernel}-bench-{mode}-*/')):
        numbers = {**numbers_in(f'{folder}numbers'), **numbers}
        with open(f'{folder}release') as file:
            numbers.setdefault('release', file.read().strip())
    if not numbers:
        sys.exit(f'report: {kernel}: nothing was measured')
    return numbers


def sizes(numbers, what, name):
    """The numbers N for which WHAT.N.NAME was measured."""
    keys = (key.split('.') for key in numbers)
    return sorted(int(k[1]) for k in keys if k[0] == what and k[-1] == name and len(k) == 3)


def on_top(numbers, what, name):
    """Of a connection with NAME attached, more than bare."""
    return numbers.get(f'more.{what}.{name}')


def life(numbers, name):
    parts = [on_top(numbers, what, name) for what in ('udp', 'flush')]
    return None if None in parts else sum(parts)


def an_entry(numbers, command, size, what='walk', entries=None):
    """What COMMAND costs more for a table of that size than for an empty one, by entry."""
    more = numbers.get(f'more.{what}.{size}.{command}')
    return None if more is None else more / (entries or size)


def by_entries(numbers, command):
    return [(n, an_entry(numbers, command, n)) for n in sizes(numbers, 'walk', command) if n]


def by_buckets(numbers, command):
    return [(n, an_entry(numbers, command, n, 'buckets', 100_000)) for n in sizes(numbers, 'buckets', command)]


def by_spaces(numbers):
    return [(n, numbers.get(f'more.spaces.{n}.watch')) for n in sizes(numbers, 'spaces', 'watch')]


def growth(costs):
    """From the smallest to the largest; one size alone tells nothing."""
    costs = [cost for _, cost in costs if cost is not None]
    return costs[-1] - costs[0] if len(costs) > 1 else None


def common_size(numbers, *commands):
    """The largest table all of them were measured with."""
    measured = set.intersection(*(set(sizes(numbers, 'walk', command)) for command in commands))
    return max(measured, default=0)


def share(numbers, command, peer):
    """In thousandths, at the largest size both were measured with."""
    size = common_size(numbers, command, peer)
    return 1000 * an_entry(numbers, command, size) / an_entry(numbers, peer, size) if size else None


def dearest(costs):
    costs = [cost for _, cost in costs if cost is not None]
    return max(costs) if costs else None


COMPUTED = {
    'creation': lambda n: on_top(n, 'udp', 'watch'),
    'life': lambda n: life(n, 'watch'),
    'refused': lambda n: on_top(n, 'refused', 'watch'),
    'refused.named': lambda n: on_top(n, 'refused', 'catch'),
    'chains': lambda n: dearest(by_entries(n, 'chains')),
    'who': lambda n: dearest(by_entries(n, 'who')),
    'who.share': lambda n: share(n, 'by_dst', 'pipeline'),
    'chains.growth': lambda n: growth(by_entries(n, 'chains')),
    'who.growth': lambda n: growth(by_entries(n, 'who')),
    'spaces.growth': lambda n: growth(by_spaces(n)),
}


def metric(numbers, name):
    return COMPUTED[name](numbers) if name in COMPUTED else numbers.get(name)


def budgets_of(kernel):
    """NAME to its budget: aim, limit, meaning and the reason why the aim is not the limit."""
    budgets, reason = {}, []
    with open(f'{HERE}/budgets') as file:
        for line in file:
            if line.startswith('#'):
                reason.append(line[1:].strip())
                continue
            if line.strip():
                name, aim, limit, meaning = line.split(None, 3)
                name, _, only = name.partition('@')
                if only in ('', kernel):
                    budgets[name] = {'aim': int(aim), 'limit': int(limit), 'meaning': meaning.strip(),
                                     'reason': ' '.join(reason)}
            reason = []
    return budgets
