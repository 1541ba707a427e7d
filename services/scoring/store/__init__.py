"""The only SQL of scoring; thousands of rows take as many statements as one row does."""
