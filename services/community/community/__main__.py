"""`python -m community api | worker | topology | dead-letters | reconcile | raise-epoch`."""

from pijnstad_kit.cli import service_cli

main = service_cli("community")

if __name__ == "__main__":
    main()
