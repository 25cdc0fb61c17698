"""How the function is measured: what run, startup and abuse share. Standard library only."""
