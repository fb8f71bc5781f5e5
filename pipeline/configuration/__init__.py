"""What people steer, as a file: `dumpconfig` writes it, `loadconfig` and the API read it.

Secrets and Frame.io logins are not part of it; what is not named stays as it is.
"""

from pipeline.configuration.dumping import dump
from pipeline.configuration.loading import BadRows, Change, Fault, Wanted, load

__all__ = ["BadRows", "Change", "Fault", "Wanted", "dump", "load"]
