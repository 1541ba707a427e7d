"""Features, each defined once, on arrays or frames: for one enterprise or two million."""
