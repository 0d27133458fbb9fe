//! How to receive events from the EventBridge bus: its ARN, permissions and guarantees.

use super::escape::{Escaped, copyable};
use crate::contents::Contents;
use crate::deployment::Bus;

/// Returns the section about the bus. Events with patterns and rules follow it.
pub fn section(contents: &Contents<'_>) -> String {
    let bus = &contents.deployment.bus;
    format!(
        include_str!("../../page/bus.html"),
        name = Escaped(&bus.name),
        arn = Escaped(&bus.arn),
        place = place(bus),
        permission = copyable("IAM: permission to manage your own rules", &permission(&bus.arn)),
    )
}

fn place(bus: &Bus) -> &'static str {
    match bus.has_unknown_place() {
        true => "; REGION and ACCOUNT are those of the deployment (Terraform's output <code>bus.arn</code>)",
        false => "",
    }
}

/// The statement of an IAM policy in the account of the bus.
fn permission(arn: &str) -> String {
    let rules = arn.replacen(":event-bus/", ":rule/", 1);
    let statement = serde_json::json!({
        "Effect": "Allow",
        "Action": [
            "events:PutRule", "events:PutTargets", "events:DescribeRule", "events:RemoveTargets",
            "events:DeleteRule", "events:ListTargetsByRule", "events:EnableRule", "events:DisableRule",
        ],
        "Resource": format!("{rules}/*"),
    });
    format!("{statement:#}")
}
