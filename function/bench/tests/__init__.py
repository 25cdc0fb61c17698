"""Run with: python3 -m unittest discover -s function/bench -t function/bench."""
