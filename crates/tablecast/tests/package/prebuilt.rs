use std::fs;

use crate::project::{ARM64, FUNCTIONS, PIPE, Project, X86_64, pipe};

#[test]
fn every_function_becomes_a_zip_with_the_files_that_it_reads() {
    let project = Project::new();
    project.write_binaries("built", X86_64);
    let output = project.package(&["--binaries", "built"]).unwrap();
    assert_eq!(project.names("authorize"), ["bootstrap"]);
    assert_eq!(project.names("connect"), ["bootstrap", "pipes/orders.yaml"]);
    for function in ["enrich", "subscribe"] {
        assert_eq!(
            project.names(function),
            ["bootstrap", "pipes/orders.yaml", "schemas/order.placed.v1.json"]
        );
    }
    for function in FUNCTIONS {
        let line =
            format!("{function:<12} {:>11}  {}", project.zip(function).len(), project.sha256(function));
        assert!(output.contains(&line), "{line}\n{output}");
    }
}

#[test]
fn the_same_files_give_the_same_zips_in_any_folder_and_at_any_time() {
    let (one, other) = (Project::new(), Project::new());
    one.write_binaries("built", X86_64);
    one.package(&["--binaries", "built"]).unwrap();
    other.write_binaries("others", X86_64);
    other.touch(PIPE);
    other.package(&["--binaries", "others", "--out", "zips"]).unwrap();
    for function in FUNCTIONS {
        assert_eq!(one.zip(function), other.read(&format!("zips/{function}.zip")), "{function}");
    }
}

#[test]
fn a_changed_pipe_file_changes_only_the_zips_that_include_it() {
    let project = Project::new();
    project.write_binaries("built", X86_64);
    project.package(&["--binaries", "built"]).unwrap();
    let before = ["authorize", "enrich"].map(|function| project.zip(function));
    project.write(PIPE, &pipe("others"));
    project.package(&["--binaries", "built"]).unwrap();
    assert_eq!(project.zip("authorize"), before[0]);
    assert_ne!(project.zip("enrich"), before[1]);
}

#[test]
fn a_release_packages_its_own_functions_without_other_programs() {
    let project = Project::new();
    project.write_binaries("release/functions/x86_64", X86_64);
    project.package_of_release(&[]).unwrap();
    let own = project.zip("enrich");
    project.package(&["--binaries", "release/functions/x86_64"]).unwrap();
    assert_eq!(project.zip("enrich"), own);
}

#[test]
fn a_release_without_functions_for_the_architecture_is_an_error() {
    let project = Project::new();
    let error = project.package_of_release(&[]).unwrap_err();
    assert!(error.contains("error: this program has no function binaries beside it"), "{error}");
    project.write_binaries("release/functions/x86_64", X86_64);
    let error = project.package_of_release(&["--arch", "arm64"]).unwrap_err();
    assert!(error.contains("release/functions/arm64: this release has no function binaries"), "{error}");
}

#[test]
fn missing_binaries_are_named() {
    let project = Project::new();
    project.write_binaries("built", X86_64);
    for function in ["connect", "subscribe"] {
        fs::remove_file(project.root().join("built").join(function)).unwrap();
    }
    let error = project.package(&["--binaries", "built"]).unwrap_err();
    assert!(error.contains("error: built: has no binary of connect, subscribe; name a folder"), "{error}");
    assert!(!project.root().join("target/lambda").exists());
}

#[test]
fn binaries_of_another_platform_are_refused() {
    let project = Project::new();
    project.write_binaries("built", ARM64);
    let error = project.package(&["--binaries", "built"]).unwrap_err();
    assert!(error.contains("built/authorize: is a program for arm64, but --arch is x86_64"), "{error}");
    project.package(&["--binaries", "built", "--arch", "arm64"]).unwrap();
    project.write("built/dispatch", "#!/bin/sh");
    let error = project.package(&["--binaries", "built", "--arch", "arm64"]).unwrap_err();
    assert!(error.contains("built/dispatch: is not a Linux program"), "{error}");
}
