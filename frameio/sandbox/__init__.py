"""A local Frame.io: Adobe login, the V4 API, part storage and a page that plays what arrived.

A server of its own, for demos, tests and trying things out. It knows nothing of the product and
the product knows nothing of it: they meet over HTTP. Start it with `manage.py sandbox` or
`python -m frameio.sandbox`.
"""
