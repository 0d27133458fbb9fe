use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};

use crate::inputs::Inputs;
use crate::target::Target;

/// Checks a number of inputs. A panic names the file with the input that fails, and the command that checks it again.
pub fn run(target: &'static Target, seed: u64, count: u64) {
    let inputs = Inputs::new(target, seed);
    for number in 0..count {
        let input = inputs.get(number);
        let result = catch_unwind(AssertUnwindSafe(|| (target.check)(&input)));
        result.unwrap_or_else(|panic| {
            let (name, path) = (target.name, keep(target, seed, number, &input).display().to_string());
            eprintln!(
                "{name}: input {number} of seed {seed} fails: cargo run --bin tablecast-fuzz -- {name} {path}"
            );
            resume_unwind(panic)
        });
    }
}

/// Checks the input in a file.
pub fn replay(target: &Target, file: &Path) {
    (target.check)(&String::from_utf8_lossy(&fs::read(file).unwrap()));
}

/// Writes an input that fails below `target/`.
fn keep(target: &Target, seed: u64, number: u64, input: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/fuzz/failures");
    let path = folder.join(format!("{}-{seed}-{number}", target.name));
    fs::create_dir_all(&folder).and_then(|()| fs::write(&path, input)).unwrap();
    path
}
