"""Everything around the product: installing, running, testing and checking it.

Imported by no app. Standard library only, but for what runs inside the finished environment (fonts, messages, pytest).
"""
