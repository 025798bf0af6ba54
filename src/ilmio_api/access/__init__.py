"""Who is asking and which rows they may read: pure rules, no I/O."""
