"""The HTTP side of the chassis: app factory, routes with OpenAPI, bearer check, paging, idempotency, server."""
