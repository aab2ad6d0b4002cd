"""What can go wrong in decision beyond what every service knows (pijnstad_kit.problems): nothing yet."""
