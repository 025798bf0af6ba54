"""The read path: one GraphQL operation becomes one SQL statement becomes JSON bytes. Knows no entity by name."""
