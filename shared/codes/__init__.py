"""Code tables of Chinese standards: credit codes, districts, industries, enterprise sizes."""
