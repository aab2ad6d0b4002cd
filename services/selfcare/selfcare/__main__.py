"""`python -m selfcare api | worker | topology | dead-letters | reconcile | raise-epoch`."""

from pijnstad_kit.cli import service_cli

main = service_cli("selfcare")

if __name__ == "__main__":
    main()
