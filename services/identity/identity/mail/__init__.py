"""Mail: what letters say (letters.py), how they leave (post.py), and where they land in development (catcher.py)."""
