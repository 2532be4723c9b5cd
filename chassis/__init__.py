"""What every service stands on. No business word lives here."""
