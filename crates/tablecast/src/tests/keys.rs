use std::fs;

fn read(path: &str) -> String {
    fs::read_to_string(format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// A table without the block `server_side_encryption` has a key that AWS owns. An AWS managed key would need the block.
#[test]
fn the_default_keys_of_tables_are_owned_by_aws_in_code_and_documents() {
    let table = read("terraform/modules/table/main.tf");
    let (_, block) = table.split_once("dynamic \"server_side_encryption\" {").unwrap();
    assert!(block.trim_start().starts_with("for_each = var.kms_key_arn[*]"), "{block}");
    for document in ["SECURITY.md", "terraform/variables.tf", "docs/reference/terraform.md"] {
        assert!(read(document).contains("AWS-owned keys"), "{document}");
    }
}
