"""Events and series of events: coaching days, workshops, webinars."""
