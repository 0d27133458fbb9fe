# What differs from AWS: nothing is to be kept, and the sockets are elsewhere.
deletion_protection = false
