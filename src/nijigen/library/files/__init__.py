"""The user's files: found in folders, told apart, hashed and read; never changed."""
