"""identity: accounts, sign-in, consents per purpose, and the OpenID provider of the city."""
