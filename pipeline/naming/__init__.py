"""A file's name and a rule -> fields, version and destination folders, or a sentence why not.

The language of the templates is told in `language`.
"""

from pipeline.naming.errors import NamingError, TemplateError
from pipeline.naming.layout import Layout
from pipeline.naming.rule import Parsed, Rule

__all__ = ["Layout", "NamingError", "Parsed", "Rule", "TemplateError"]
