"""What is read off the characters, before any parser: sentences, names, dates, numbers, lists."""
