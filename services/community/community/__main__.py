"""`python -m community api | worker | topology | dead-letters`."""

from pijnstad_kit.cli import service_cli

main = service_cli("community")

if __name__ == "__main__":
    main()
