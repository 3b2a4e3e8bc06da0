"""``python -m nijigen_training``, which needs no installing."""

from nijigen_training.cli import entry

if __name__ == "__main__":
    entry()
