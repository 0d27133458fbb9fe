# What differs from AWS: nothing is to be kept, the sockets are elsewhere, and MiniStack has no schema registry.
deletion_protection = false
schema_registry     = false
