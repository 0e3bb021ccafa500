"""Reads and writes what other systems know; what it reads, the desk applies."""
