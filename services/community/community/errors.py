"""What can go wrong in community beyond what every service knows (pijnstad_kit.problems): nothing yet."""
