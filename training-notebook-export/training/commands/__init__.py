"""The commands, a module each, so that a command loads only the libraries that it needs."""
