# Differences from a deployment on AWS: data is not protected, MiniStack has no schema registry, and a new policy is valid at
# once. `destroy` checks that the logging role of API Gateway is cleared.
deletion_protection  = false
schema_registry      = false
access_delay_seconds = 0
access_logs          = "on-with-role"

# What a company may set.
alarm_summaries = true
iam_path        = "/tablecast/"
