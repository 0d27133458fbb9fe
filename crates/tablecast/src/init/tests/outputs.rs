//! The guides read outputs of the root that `init` writes.

use std::collections::BTreeSet;
use std::fs;

use super::init;

fn guide(path: &str) -> String {
    fs::read_to_string(format!("{}/../../docs/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The words in backticks of a list such as "outputs `bus` and `tables`".
fn listed(text: &str) -> Vec<String> {
    let is_joint = |joint: &str| [", ", " and "].contains(&joint);
    let mut parts = text.split('`').skip(1);
    let mut names = vec![parts.next().unwrap_or_default().to_owned()];
    while parts.next().is_some_and(is_joint) {
        names.extend(parts.next().map(str::to_owned));
    }
    names
}

/// The outputs that a text names in prose and in commands.
fn named(text: &str) -> BTreeSet<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let prose = ["output `", "outputs `"].into_iter().flat_map(|start| text.split(start).skip(1));
    let prose = prose.flat_map(|after| listed(&format!("`{after}")));
    let commands = ["output -raw ", "output -json "].into_iter().flat_map(|start| text.split(start).skip(1));
    let name =
        |after: &str| after.split(|c: char| !c.is_alphanumeric() && c != '_').next().map(str::to_owned);
    prose.chain(commands.filter_map(name)).collect()
}

#[tokio::test]
async fn the_root_has_every_output_that_the_guides_name() {
    let (_parent, dir) = init("").await;
    let main = fs::read_to_string(dir.join("infra/main.tf")).unwrap();
    let names = named(&["start/deploy.md", "guides/operate.md", "guides/upgrade.md"].map(guide).join("\n"));
    for name in &names {
        assert!(main.contains(&format!("output \"{name}\" {{")), "{name}");
    }
    for name in ["socket_url", "bus", "tables", "domain_target", "pipes"] {
        assert!(names.contains(name), "{name} in {names:?}");
    }
}
