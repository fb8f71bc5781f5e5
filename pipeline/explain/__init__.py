"""What PostFlow knows of a file, step by step, and what would have to happen for it to go up."""

from pipeline.explain.explaining import Explanation, explain
from pipeline.explain.steps import Step

__all__ = ["Explanation", "Step", "explain"]
