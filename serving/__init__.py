"""What runs in production: the pure moderation core and everything that lets people and programs reach it."""
