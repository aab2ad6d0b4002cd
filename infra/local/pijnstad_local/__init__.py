"""The city on one machine: the supervisor behind `make up` and the private servers that it and the tests run beside us.

Nothing here is imported by a service. What runs in production lives in the services, the gateway and the web client.
"""
