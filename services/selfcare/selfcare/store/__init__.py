"""The diary in the database: `diary` holds the entries, `keys` the keys that seal a member's words."""
