"""HTTP: routes, the GraphQL endpoint, pages for people, health."""
