"""Lives of the money's records."""
