"""``python -m why_nps.cli`` is ``why-nps``."""

from why_nps.cli import main

if __name__ == "__main__":
    main()
