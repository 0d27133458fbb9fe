use serde_json::{Value, json};

/// Permissions by resource. `{name}` stands for the deployment.
const PERMISSIONS: [(&[&str], &str); 10] = [
    (&["pipes:ListPipes", "cloudwatch:DescribeAlarms"], "*"),
    (&["pipes:DescribePipe"], "arn:aws:pipes:*:*:pipe/{name}-*"),
    (&["lambda:GetFunctionConfiguration"], "arn:aws:lambda:*:*:function:{name}-enrich:live"),
    (&["lambda:InvokeFunction"], "arn:aws:lambda:*:*:function:{name}-enrich:live"),
    (&["lambda:InvokeFunction"], "arn:aws:lambda:*:*:function:{name}-dispatch:live"),
    (
        &["dynamodb:Query", "dynamodb:Scan", "dynamodb:DeleteItem", "dynamodb:UpdateItem"],
        "arn:aws:dynamodb:*:*:table/{name}-rejected",
    ),
    (&["dynamodb:Query"], "arn:aws:dynamodb:*:*:table/{name}-log"),
    // The tables of the pipes have any name. --rebuild reads items.
    (&["dynamodb:GetItem"], "arn:aws:dynamodb:*:*:table/*"),
    (&["dynamodb:GetShardIterator", "dynamodb:GetRecords"], "arn:aws:dynamodb:*:*:table/*/stream/*"),
    (
        &[
            "sqs:GetQueueUrl",
            "sqs:GetQueueAttributes",
            "sqs:ReceiveMessage",
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
        ],
        "arn:aws:sqs:*:*:{name}-*",
    ),
];

/// Returns the IAM policy that a redrive of a deployment needs.
pub fn policy(name: &str) -> Value {
    let statement = |(actions, resource): (&[&str], &str)| json!({ "Effect": "Allow", "Action": actions, "Resource": resource.replace("{name}", name) });
    json!({ "Version": "2012-10-17", "Statement": PERMISSIONS.map(statement) })
}
