"""`python -m net30` is the `net30` command."""

from net30.cli import main

if __name__ == "__main__":
    main()
