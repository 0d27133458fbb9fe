//! The Terraform module of this release, where infra/main.tf looks for it.

use std::fs;
use std::path::Path;

use crate::installation;

/// Where each machine has the release. It is not in Git.
const TOOLS: &str = ".tools/tablecast";

/// Links the release of this program, unless something is there already. Returns whether the module is there then.
pub fn link(dir: &Path) -> bool {
    let link = dir.join(TOOLS);
    let release = installation::functions().and_then(|functions| Some(functions.parent()?.to_owned()));
    if let Some(release) = release.filter(|release| release.join("terraform").is_dir() && !link.exists()) {
        // Without the link, the report says what to do.
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
