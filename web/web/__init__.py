"""The first-party web client: a backend-for-frontend that uses the public API and nothing else."""
