use std::fs;
use std::path::{Path, PathBuf};

use tablecast_definitions::folder;
use tablecast_definitions::problem::DefinitionFile;

pub fn path(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(relative)
}

/// The pipe files or schemas of a folder.
pub fn definitions(relative: &str, extension: &str) -> Vec<DefinitionFile> {
    folder::read(&path(relative), extension).unwrap()
}

/// The folders with pipes, and those with their schemas.
pub const FOLDERS: [(&str, &str); 3] = [
    ("pipes", "schemas"),
    ("examples/order-board/pipes", "examples/order-board/schemas"),
    ("examples/two-versions/pipes", "examples/two-versions/schemas"),
];

/// The texts of all files of a folder.
pub fn texts(relative: &str) -> Vec<String> {
    let mut paths: Vec<_> = fs::read_dir(path(relative)).unwrap().map(|file| file.unwrap().path()).collect();
    paths.sort();
    paths.iter().filter(|path| path.is_file()).map(|path| fs::read_to_string(path).unwrap()).collect()
}

/// The records of the pipe files' tests.
pub fn records() -> Vec<String> {
    [texts("pipes/fixtures"), texts("examples/order-board/pipes/fixtures")].concat()
}
