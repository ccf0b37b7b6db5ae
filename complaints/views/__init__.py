"""Pages of complaints: the register and its records, the work that follows, the figures."""
