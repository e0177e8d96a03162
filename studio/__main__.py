"""Entry point of the command ``studio``."""

import sys


def main() -> int:
    """Run the command line and return its exit code."""
    if getattr(sys, "frozen", False):
        # A packaged program starts its render workers by starting itself.
        from multiprocessing import freeze_support

        freeze_support()
    from studio.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
