"""Seeded generators of pages whose reading can easily be wrong, each with what is printed on it.

Even seeds are for looking at while code is written, odd ones for measuring.
"""
