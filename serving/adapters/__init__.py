"""Other moderation services' endpoints, in their shapes and decided by ours: a tool that calls one of them changes the address."""
