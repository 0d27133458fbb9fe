//! `tablecast package` in a small workspace, with programs of ours in the place of Python and the compiler.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod place;

use place::{PIPE, Place, pipe};
use serde_json::Value;

#[test]
fn every_function_becomes_a_zip_with_what_it_carries() {
    let place = Place::new();
    let told = place.package(&[]).unwrap();
    assert_eq!(place.names("connect"), ["bootstrap"]);
    assert_eq!(place.names("enrich"), ["bootstrap", "pipes/orders.yaml", "schemas/order.placed.v1.json"]);
    for function in ["connect", "enrich"] {
        let line = format!("{function:<12} {:>11}  {}", place.zip(function).len(), place.sha256(function));
        assert!(told.contains(&line), "{line}\n{told}");
    }
}

#[test]
fn the_same_files_make_the_same_zips_elsewhere_and_later() {
    let (one, other) = (Place::new(), Place::new());
    one.package(&[]).unwrap();
    other.touch(PIPE);
    other.package(&["--out", "zips"]).unwrap();
    for function in ["connect", "enrich"] {
        assert_eq!(one.zip(function), other.read(&format!("zips/{function}.zip")), "{function}");
    }
}

#[test]
fn a_changed_pipe_file_changes_the_zips_that_carry_it_and_no_other() {
    let place = Place::new();
    place.package(&[]).unwrap();
    let before = ["connect", "enrich"].map(|function| place.zip(function));
    place.write(PIPE, &pipe("others"));
    place.package(&[]).unwrap();
    assert_eq!(place.zip("connect"), before[0]);
    assert_ne!(place.zip("enrich"), before[1]);
}

#[test]
fn the_compiler_is_pinned_and_told_the_oldest_system_that_must_do() {
    let place = Place::new();
    place.package(&[]).unwrap();
    let text = |path| String::from_utf8(place.read(path)).unwrap();
    assert!(
        text("pip-arguments").contains("cargo-zigbuild==") && text("pip-arguments").contains("ziglang==")
    );
    let arguments = "zigbuild --release --locked --target x86_64-unknown-linux-gnu.2.34 --package connect --package enrich";
    assert_eq!(text("build-arguments").trim(), arguments);
    let environment = text("build-environment");
    let remapped = format!("--remap-path-prefix={}=/workspace", place.root().display());
    assert!(environment.contains(&remapped), "{environment}");
    assert!(environment.contains("SOURCE_DATE_EPOCH=315532800\n"), "{environment}");
    assert!(!environment.contains("CARGO_PKG_"), "{environment}");
}

#[test]
fn a_missing_standard_library_is_told_with_its_remedy_before_anything_is_installed() {
    let place = Place::new();
    place.forget_the_standard_libraries();
    let told = place.package(&["--arch", "arm64"]).unwrap_err();
    assert!(
        told.contains("error: Rust's standard library for aarch64-unknown-linux-gnu is not installed"),
        "{told}"
    );
    assert!(told.contains("run `rustup target add aarch64-unknown-linux-gnu`"), "{told}");
    assert!(!place.root().join("target/tools").exists());
}

#[test]
fn what_cannot_run_on_lambda_is_not_packaged() {
    let place = Place::new();
    place.write("program", "#!/bin/sh");
    let told = place.package(&[]).unwrap_err();
    assert!(told.contains("x86_64-unknown-linux-gnu/release/connect: not a Linux program"), "{told}");
    place.write("program-status", "7");
    let told = place.package(&[]).unwrap_err();
    assert!(told.contains("the functions could not be built: ") && told.contains("exit status: 7"), "{told}");
}

#[test]
fn terraform_gets_what_the_schema_registry_is_told() {
    let place = Place::new();
    place.package(&[]).unwrap();
    let file = place.read("target/lambda/x86_64/registry.json");
    let told: Value = serde_json::from_slice(&file).unwrap();
    let names: Vec<&String> = told.as_object().unwrap().keys().collect();
    assert_eq!(names, ["tablecast.orders@order.placed.v1"]);
    let entry = &told[names[0]];
    assert_eq!(entry["description"], "Order placed");
    let content: Value = serde_json::from_str(entry["content"].as_str().unwrap()).unwrap();
    assert_eq!(content["$schema"], "http://json-schema.org/draft-04/schema#");
    place.package(&[]).unwrap();
    assert_eq!(place.read("target/lambda/x86_64/registry.json"), file);
}

#[test]
fn what_the_registry_cannot_be_told_is_told_before_anything_is_built() {
    let place = Place::new();
    let schema = String::from_utf8(place.read("schemas/order.placed.v1.json")).unwrap();
    place.write(
        "schemas/order.placed.v1.json",
        &schema.replace("\"title\"", "\"unevaluatedItems\": {}, \"title\""),
    );
    let told = place.package(&[]).unwrap_err();
    assert!(
        told.contains("schemas/order.placed.v1.json: /unevaluatedItems: cannot be said in draft 4"),
        "{told}"
    );
    assert!(!place.root().join("target/lambda").exists());
}
