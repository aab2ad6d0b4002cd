"""What decision says: nothing yet. The Keuzewijzer's events come with its first choices."""
