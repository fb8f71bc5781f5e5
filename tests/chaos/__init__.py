"""Real processes, and a monkey among them: what is lost, doubled, stuck or left behind?

`python -m tests.chaos --help` runs the long forms; tests/chaos/test_*.py the short ones.
"""
