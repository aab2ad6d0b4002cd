"""The content service: the library of the Informatiecentrum, and suggestions that fit a moment in somebody's diary."""
