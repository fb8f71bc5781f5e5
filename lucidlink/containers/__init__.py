"""What the containers of film say about their own length: one walker each.

A walker steps over headers only, some hundred bytes, and never reads the pictures themselves.
Which one is asked is told by the first bytes, not by the file's name.
"""
