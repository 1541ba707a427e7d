"""What the API of `cases` takes and answers, one module per noun."""
