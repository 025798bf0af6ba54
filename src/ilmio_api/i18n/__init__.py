"""Languages: which one a reader gets, and what the service says in it."""
