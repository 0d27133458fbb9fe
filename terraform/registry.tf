module "registry" {
  source = "./modules/registry"
  count  = var.schema_registry ? 1 : 0

  name = var.name
  file = "${local.packages}/registry.json"
  tags = local.tags
}
