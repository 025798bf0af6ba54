"""Accounts: people, what they may do in organisations, and the programs that act for them."""
