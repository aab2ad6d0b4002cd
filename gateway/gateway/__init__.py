"""The gateway of Pijnstad: the one door between the world and the services."""
