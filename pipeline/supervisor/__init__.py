"""Keeps PostFlow's processes running in one terminal, and ends them cleanly.

`supervisor` starts, restarts and stops the children, `lines` prints what they say, `guard` ends
them when the supervisor itself was killed, `lock` lets one of us run in a place.
"""
