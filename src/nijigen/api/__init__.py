"""The HTTP API: operations, pictures and jobs for programs and for the studio."""
