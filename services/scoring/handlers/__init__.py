"""What is asked of `scoring`: read, decide, save. Nobody here commits; one module per noun."""
