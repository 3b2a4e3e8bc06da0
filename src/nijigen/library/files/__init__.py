"""The user's files: found in folders, told apart, hashed and read.

Nothing changes them; `trash` moves them away when the user asks, and back.
"""
