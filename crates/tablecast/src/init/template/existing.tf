
  # Tables that exist already. Terraform creates the tables of all other pipe files. The value is the ARN of the table's
  # stream, which must have the view type NEW_AND_OLD_IMAGES:
  #   aws dynamodb describe-table --table-name @table@ --query Table.LatestStreamArn
  existing_tables = {
    @table_key@ = { stream_arn = "@stream@" }
  }
