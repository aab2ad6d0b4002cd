"""Pijncommunity: peers. An open room now; spaces, topics, meetings and moderation move in later."""
