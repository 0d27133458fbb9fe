//! The pipe files and schemas in use. A fault edits these copies.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub struct Definitions(PathBuf);

/// How a schema accepts all grades, and how it accepts some of them.
const ALL_GRADES: &str = r#"["even", "odd"]"#;
const EVEN_GRADES: &str = r#"["even"]"#;

impl Definitions {
    /// Copies the definitions of the soak.
    pub fn copy(to: &Path) -> Self {
        let soak = tablecast_tests::project().join("tests/soak");
        for folder in ["pipes", "schemas"] {
            let copied = Command::new("cp").arg("-R").arg(soak.join(folder)).arg(to).status();
            assert!(copied.is_ok_and(|status| status.success()), "cannot copy {folder}");
        }
        Self(to.to_owned())
    }

    pub fn pipes(&self) -> PathBuf {
        self.0.join("pipes")
    }

    pub fn schemas(&self) -> PathBuf {
        self.0.join("schemas")
    }

    /// Changes a pipe file without a change of meaning: a comment at its end.
    pub fn touch(&self, number: u64) {
        let path = self.pipes().join("orders.yaml");
        let text = fs::read_to_string(&path).unwrap();
        let text: String = text
            .lines()
            .filter(|line| !line.starts_with("# edit "))
            .map(|line| format!("{line}\n"))
            .collect();
        replace(&path, &format!("{text}# edit {number}\n"));
    }

    /// Writes a pipe file that does not compile beside the others, or removes it.
    pub fn break_one(&self, broken: bool) {
        let path = self.pipes().join("broken.yaml");
        match broken {
            true => replace(&path, "table: broken\nsubject: '\"'\n"),
            false => drop(fs::remove_file(path)),
        }
    }

    /// Accepts odd grades, or rejects them. Returns whether a file changed.
    pub fn accept_odd(&self, accepts: bool) -> bool {
        let mut changed = false;
        let (from, to) = if accepts { (EVEN_GRADES, ALL_GRADES) } else { (ALL_GRADES, EVEN_GRADES) };
        for entry in fs::read_dir(self.schemas()).unwrap().flatten() {
            let text = fs::read_to_string(entry.path()).unwrap();
            if text.contains(from) {
                replace(&entry.path(), &text.replace(from, to));
                changed = true;
            }
        }
        changed
    }
}

/// The local mode reads the file as it was or as it is.
fn replace(path: &Path, text: &str) {
    let new = path.with_file_name(".new");
    fs::write(&new, text).unwrap();
    fs::rename(new, path).unwrap();
}
