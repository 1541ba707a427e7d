"""Features, each defined once as a polars expression: for one enterprise or two million."""
