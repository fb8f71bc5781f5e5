"""The log: a line a fact, with the job it belongs to and without secrets."""
