"""What the API of `scoring` takes and answers, one module per noun."""
