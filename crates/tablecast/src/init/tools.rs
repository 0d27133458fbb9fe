//! The Terraform module of this release, where infra/main.tf looks for it.

use std::fs;
use std::path::{Path, PathBuf};

/// Where each machine has the release. It is not in Git.
const TOOLS: &str = ".tools/tablecast";

/// Links the release that these functions are in, unless something is there already. Returns whether the module is there
/// then.
pub fn link(dir: &Path, functions: Option<PathBuf>) -> bool {
    let link = dir.join(TOOLS);
    let release = functions.and_then(|functions| Some(functions.parent()?.to_owned()));
    if let Some(release) = release.filter(|release| release.join("terraform").is_dir() && !link.exists()) {
        // Without the link, the report names the remedy.
        let _ = fs::create_dir_all(dir.join(".tools")).and_then(|()| symlink(&release, &link));
    }
    link.join("terraform").is_dir()
}

#[cfg(unix)]
fn symlink(release: &Path, link: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(release, link)
}

#[cfg(not(unix))]
fn symlink(_: &Path, _: &Path) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_release_of_the_program_is_linked_unless_something_is_there() {
        let parent = tempfile::tempdir().unwrap();
        let [release, other, dir] = ["release", "other", "dir"].map(|name| parent.path().join(name));
        assert!(!link(&dir, None) && !dir.join(".tools").exists());
        fs::create_dir_all(other.join("functions")).unwrap();
        assert!(!link(&dir, Some(other.join("functions"))), "a release without the module");
        for folder in ["functions", "terraform"] {
            fs::create_dir_all(release.join(folder)).unwrap();
        }
        assert!(link(&dir, Some(release.join("functions"))));
        assert_eq!(fs::read_link(dir.join(TOOLS)).unwrap(), release);
        assert!(link(&dir, Some(other.join("functions"))), "the link stays");
    }
}
