"""The pages on which people sign in and organisations manage their accounts, rendered by the server."""
