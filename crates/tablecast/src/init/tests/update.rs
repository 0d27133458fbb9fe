use std::fs;
use std::path::Path;
use std::process::Command;

use super::init;

fn shell(folder: &Path, commands: &str) -> String {
    let output = Command::new("sh").args(["-ec", commands]).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The commands of a document that unpack the archive.
fn install(document: &Path) -> String {
    let text = fs::read_to_string(document).unwrap();
    let mut blocks = text.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap());
    blocks.find(|block| block.contains("tar -xzf")).unwrap().to_owned()
}

#[tokio::test]
async fn the_guide_updates_the_archive_with_the_commands_of_the_readme() {
    let (_parent, dir) = init("").await;
    let guide = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/start/deploy.md");
    assert_eq!(install(Path::new(guide)), install(&dir.join("README.md")));
}

#[tokio::test]
async fn the_update_of_the_readme_replaces_the_link_and_no_file_behind_it() {
    let (parent, dir) = init("").await;
    let _ = fs::remove_dir_all(dir.join(".tools"));
    let old = "mkdir -p old/terraform acme-events/.tools && echo 1 > old/terraform/gone.tf
        ln -s ../../old acme-events/.tools/tablecast
        mkdir -p tablecast-2/terraform && echo 2 > tablecast-2/terraform/main.tf
        tar -czf acme-events/tablecast-2.tar.gz tablecast-2";
    shell(parent.path(), old);
    shell(&dir, &install(&dir.join("README.md")));
    assert_eq!(shell(parent.path(), "ls old/terraform"), "gone.tf\n");
    assert_eq!(shell(&dir, "ls .tools/tablecast/terraform"), "main.tf\n");
    assert_eq!(shell(&dir, "git init -q . && git status --porcelain -- '*.gz'"), "");
}

/// Runs the step `Check` of the workflow with a program that prints its arguments.
#[tokio::test]
async fn the_workflow_compares_a_pull_request_with_its_base_branch() {
    let (_parent, dir) = init("").await;
    let workflow = fs::read_to_string(dir.join(".github/workflows/events.yml")).unwrap();
    assert!(workflow.contains("BASE: ${{ github.base_ref }}"), "{workflow}");
    let start = workflow.find("run: tablecast check").unwrap() + "run: ".len();
    let step = workflow[start..].lines().next().unwrap();
    for (base, expected) in [("trunk", "check --against origin/trunk\n"), ("", "check\n")] {
        let commands = format!("tablecast() {{ echo \"$@\"; }}; BASE={base}; {step}");
        assert_eq!(shell(&dir, &commands), expected);
    }
}

#[tokio::test]
async fn the_workflow_keeps_no_credentials_and_pins_its_actions() {
    let (_parent, dir) = init("").await;
    let workflow = fs::read_to_string(dir.join(".github/workflows/events.yml")).unwrap();
    assert!(workflow.contains("persist-credentials: false"), "{workflow}");
    for action in workflow.lines().filter_map(|line| line.split_once("uses: ")) {
        let commit = action.1.split('@').nth(1).unwrap().split(' ').next().unwrap();
        assert_eq!(commit.len(), 40, "{}", action.1);
    }
}
