"""The compiled loops over chains, days and places."""
