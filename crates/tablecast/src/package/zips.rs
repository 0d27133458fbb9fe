use std::path::Path;
use std::thread;

use super::archive::Archive;
use super::binaries::Binaries;
use super::functions::{FUNCTIONS, Function};
use super::included;

/// Compresses all functions at the same time. `folder` has the binaries, and `from` has the definitions.
pub fn all(binaries: &Binaries, folder: &Path, from: &Path) -> Result<Vec<Vec<u8>>, String> {
    thread::scope(|scope| {
        let start = |function: &'static Function| {
            scope.spawn(move || zip(function, binaries.read(&folder.join(function.name))?, from))
        };
        let started: Vec<_> = FUNCTIONS.iter().map(start).collect();
        let panicked = |name: &str| format!("{name}: the compression panicked; please report this");
        let finished = started.into_iter().zip(&FUNCTIONS);
        finished.map(|(zip, function)| zip.join().map_err(|_| panicked(function.name))?).collect()
    })
}

fn zip(function: &Function, program: Vec<u8>, from: &Path) -> Result<Vec<u8>, String> {
    let mut archive = Archive::default();
    archive.add_program("bootstrap", program);
    for pattern in function.include {
        for file in included::files(from, pattern)? {
            archive.add(file.name, file.content);
        }
    }
    archive.zip().map_err(|error| format!("{}: {error}", function.name))
}
