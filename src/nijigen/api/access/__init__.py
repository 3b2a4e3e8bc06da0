"""Who may use the server: its token, one-time links, sessions of browsers, and permissions."""
