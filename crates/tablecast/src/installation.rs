//! The files beside this program, when it runs from a release.
//!
//! An archive and an npm package have `bin/tablecast` and `functions/<arch>/<function>`. In a wheel's
//! environment, the functions are in `share/tablecast/functions/<arch>/`.

use std::env;
use std::path::{Path, PathBuf};

/// Where the functions can be, relative to the folder above the program's.
const FUNCTIONS: [&str; 2] = ["functions", "share/tablecast/functions"];

/// Returns the folder that has a folder of function binaries for each processor architecture.
pub fn functions() -> Option<PathBuf> {
    let program = env::current_exe().and_then(|program| program.canonicalize()).ok()?;
    functions_of(&program)
}

fn functions_of(program: &Path) -> Option<PathBuf> {
    let root = program.parent()?.parent()?;
    FUNCTIONS.iter().map(|folder| root.join(folder)).find(|folder| folder.is_dir())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_functions_are_beside_the_folder_of_the_program_or_in_share() {
        let root = tempfile::tempdir().unwrap();
        let program = root.path().join("bin/tablecast");
        assert_eq!(functions_of(&program), None);
        for folder in ["share/tablecast/functions", "functions"] {
            fs::create_dir_all(root.path().join(folder)).unwrap();
            assert_eq!(functions_of(&program), Some(root.path().join(folder)));
        }
    }
}
