# Differences from a deployment on AWS: data is not protected, and MiniStack has no schema registry.
deletion_protection = false
schema_registry     = false
