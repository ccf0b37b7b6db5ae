"""Forms of the money: validate and convert, never save."""
