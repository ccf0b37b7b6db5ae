"""Pages of the tenant file, and of moving in."""
