//! Prints what was written, and what to do next.

use std::error::Error;
use std::path::{Path, PathBuf};

use crate::output;

pub fn print(
    dir: &Path,
    files: &[(PathBuf, String)],
    details: &str,
    has_module: bool,
) -> Result<(), Box<dyn Error>> {
    let written: String = files.iter().map(|(path, _)| format!("  wrote {}\n", path.display())).collect();
    Ok(output::text(&format!("{written}{details}\n{}{}", next_steps(dir), module(has_module)))?)
}

fn next_steps(dir: &Path) -> String {
    let enter = match dir.to_str() {
        Some(".") => String::new(),
        _ => format!("  cd {}\n", dir.display()),
    };
    format!(
        "Next, read README.md, and start everything on this machine:\n\n{enter}  tablecast check\n  tablecast dev\n"
    )
}

fn module(has_module: bool) -> String {
    match has_module {
        true => String::new(),
        false => "\nBefore you deploy, unpack the tablecast archive in .tools/tablecast, where infra/main.tf finds the \
                  Terraform module.\n"
            .to_owned(),
    }
}
