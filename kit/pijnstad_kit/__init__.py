"""How the services of Pijnstad talk: the chassis of every service, and the SDK for partners. No domain word lives here."""
