"""The published surface: GraphQL types with their descriptions, and where their values come from."""
