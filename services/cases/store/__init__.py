"""The only SQL of `cases`: rows to domain and back, one module per noun."""
