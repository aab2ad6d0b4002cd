"""`python -m decision api | worker | topology | dead-letters`."""

from pijnstad_kit.cli import service_cli

main = service_cli("decision")

if __name__ == "__main__":
    main()
