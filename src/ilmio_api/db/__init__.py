"""The way to PostgreSQL: connections, sessions, the embedded server and shared column types."""
