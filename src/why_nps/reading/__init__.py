"""From a user's file or frame to the answers table."""
