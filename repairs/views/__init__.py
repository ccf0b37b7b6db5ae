"""Pages of repairs; each module lists its own addresses."""
