"""What community says: nothing yet. The Pijncommunity's events come with its first spaces."""
