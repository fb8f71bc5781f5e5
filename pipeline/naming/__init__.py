"""A file's name and a rule -> fields, version and destination folders, or a sentence why not.

The language of the templates is told in `language`.
"""

from pipeline.naming.errors import Misfit, NamingError, TemplateError
from pipeline.naming.layout import Layout
from pipeline.naming.near import Near, Slip
from pipeline.naming.proposing import Proposal, Proposed, propose
from pipeline.naming.rule import Parsed, Rule, version_of

__all__ = [
    "Layout",
    "Misfit",
    "NamingError",
    "Near",
    "Parsed",
    "Proposal",
    "Proposed",
    "Rule",
    "Slip",
    "TemplateError",
    "propose",
    "version_of",
]
