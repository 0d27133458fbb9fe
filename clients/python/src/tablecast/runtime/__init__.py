"""Runs the machine with sockets, clocks, tokens and stores."""
