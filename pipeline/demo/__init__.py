"""`manage.py demo`: all of PostFlow on one machine, with a sandbox for Frame.io.

`place` is where its data lies, `clips` the renders and how they are saved, `arrivals` looks at what
became of them, `screen` shows it, `stage` is the processes.
"""
