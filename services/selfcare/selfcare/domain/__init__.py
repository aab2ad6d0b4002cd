"""The diary's own rules, pure: `entries` says what an entry holds, `themes` how it stands beside the days before it."""
