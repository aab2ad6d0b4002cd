"""`python -m decision api | worker | topology | dead-letters | reconcile | raise-epoch`."""

from pijnstad_kit.cli import service_cli

main = service_cli("decision")

if __name__ == "__main__":
    main()
