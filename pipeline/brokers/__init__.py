"""django-q2's brokers, each with a canary that shows whether its cluster still works."""
