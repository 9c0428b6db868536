"""Names in a text to toponyms, and toponyms to places."""
