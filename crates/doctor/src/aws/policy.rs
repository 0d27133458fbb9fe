use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::operation::OPERATIONS;

/// Returns the IAM policy that the doctor needs for a deployment.
pub fn policy(name: &str) -> Value {
    let mut by_resource: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for operation in OPERATIONS {
        by_resource.entry(arn(operation.resource, name)).or_default().insert(operation.permission);
    }
    let statements = by_resource
        .into_iter()
        .map(|(resource, actions)| json!({ "Effect": "Allow", "Action": actions, "Resource": resource }));
    json!({ "Version": "2012-10-17", "Statement": statements.collect::<Vec<_>>() })
}

fn arn(resource: &str, name: &str) -> String {
    match resource {
        "*" => "*".to_owned(),
        resource => format!("arn:aws:{}", resource.replace("{name}", name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_has_every_permission_and_reads_only() {
        let policy = policy("acme");
        let statements = policy["Statement"].as_array().unwrap();
        let actions: BTreeSet<_> = statements
            .iter()
            .flat_map(|it| it["Action"].as_array().unwrap())
            .map(|it| it.as_str().unwrap())
            .collect();
        assert_eq!(actions, OPERATIONS.iter().map(|it| it.permission).collect());
        let reads = |action: &&str| {
            let (_, verb) = action.split_once(':').unwrap();
            ["Describe", "Get", "List", "GET", "Query"].iter().any(|read| verb.starts_with(read))
        };
        assert!(actions.iter().all(reads), "{actions:?}");
    }

    #[test]
    fn rows_of_a_table_are_readable_in_the_rejected_table_only() {
        let policy = policy("acme");
        let with_rows = policy["Statement"].as_array().unwrap().iter();
        let with_rows: Vec<_> = with_rows
            .filter(|it| it["Action"].as_array().unwrap().contains(&"dynamodb:Query".into()))
            .collect();
        assert_eq!(with_rows.len(), 1);
        assert_eq!(with_rows[0]["Resource"], "arn:aws:dynamodb:*:*:table/acme-rejected");
    }
}
