"""Pages of fit-outs; each module lists its own addresses."""
