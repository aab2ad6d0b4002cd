"""`python -m content api | worker | topology | dead-letters | reconcile | … | load-library | reindex | readability`."""

from content.commands import main

if __name__ == "__main__":
    main()
