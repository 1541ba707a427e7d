"""What is asked of `cases`: read, decide, save. Nobody here commits; one module per noun."""
