"""Messages, events, subjects and positions of docs/reference/protocol.md."""
