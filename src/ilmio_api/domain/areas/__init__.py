"""Areas: the administrative geography of Finland, with time."""
