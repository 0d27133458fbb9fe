use crate::project::{FUNCTIONS, Project};

#[test]
fn the_build_uses_pinned_tools_and_targets_the_glibc_of_lambda() {
    let project = Project::new();
    project.compile(&[]).unwrap();
    let text = |path| String::from_utf8(project.read(path)).unwrap();
    assert!(
        text("pip-arguments").contains("cargo-zigbuild==") && text("pip-arguments").contains("ziglang==")
    );
    let packages = FUNCTIONS.map(|function| format!(" --package {function}")).concat();
    let arguments = format!("zigbuild --release --locked --target x86_64-unknown-linux-gnu.2.34{packages}");
    assert_eq!(text("build-arguments").trim(), arguments);
    let environment = text("build-environment");
    let remapped = format!("--remap-path-prefix={}=/workspace", project.root().display());
    assert!(environment.contains(&remapped), "{environment}");
    assert!(environment.contains("SOURCE_DATE_EPOCH=315532800\n"), "{environment}");
    assert!(!environment.contains("CARGO_PKG_"), "{environment}");
}

#[test]
fn a_release_compiles_the_program_with_its_own_features() {
    let project = Project::new();
    project.compile(&["--program"]).unwrap();
    let arguments = String::from_utf8(project.read("build-arguments")).unwrap();
    let last = arguments.lines().last().unwrap();
    assert!(last.ends_with("--target x86_64-unknown-linux-gnu.2.34 --package tablecast"), "{arguments}");
}

#[test]
fn the_compiled_binaries_are_packaged() {
    let project = Project::new();
    project.compile(&[]).unwrap();
    let compiled = project.zip("enrich");
    project.package(&["--binaries", "target/x86_64-unknown-linux-gnu/release"]).unwrap();
    assert_eq!(project.zip("enrich"), compiled);
}

#[test]
fn a_missing_standard_library_is_an_error_before_tools_are_installed() {
    let project = Project::new();
    project.remove_the_standard_libraries();
    let error = project.compile(&["--arch", "arm64"]).unwrap_err();
    assert!(
        error.contains("error: Rust's standard library for aarch64-unknown-linux-gnu is not installed"),
        "{error}"
    );
    assert!(error.contains("run `rustup target add aarch64-unknown-linux-gnu`"), "{error}");
    assert!(!project.root().join("target/tools").exists());
}

#[test]
fn binaries_that_cannot_run_on_lambda_are_refused() {
    let project = Project::new();
    project.write("program", "#!/bin/sh");
    let error = project.compile(&[]).unwrap_err();
    assert!(error.contains("x86_64-unknown-linux-gnu/release/authorize: is not a Linux program"), "{error}");
    project.write("program-status", "7");
    let error = project.compile(&[]).unwrap_err();
    assert!(error.contains("cannot build the functions: ") && error.contains("exit status: 7"), "{error}");
}
