"""``python -m nijigen_training``, which works without installation."""

from nijigen_training.cli import entry

if __name__ == "__main__":
    entry()
