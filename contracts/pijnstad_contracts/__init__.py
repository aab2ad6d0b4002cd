"""What the services of Pijnstad say to each other.

One module per publisher holds its events as frozen models; `envelope` holds the CloudEvents shape around them and
`registry` finds them all. Nothing here talks to a broker or a database, and no service is imported.
"""
