# The differences between the emulator and AWS, as in emulator.tfvars.
module "tablecast" {
  tokens               = jsondecode(file("${path.module}/issuer.json")).tokens
  management_endpoint  = var.management_endpoint
  deletion_protection  = false
  schema_registry      = false
  access_delay_seconds = 0
  access_logs          = "off"
}
