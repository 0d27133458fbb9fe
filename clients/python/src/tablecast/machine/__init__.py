"""The state machine of a client: inputs with times in, effects out. It has no sockets and no clock."""
