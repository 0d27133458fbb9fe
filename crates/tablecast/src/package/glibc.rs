//! Checks which version of glibc a binary needs. Without this check, a function that needs a newer version
//! than Lambda has would fail when it starts there.

use elf::ElfBytes;
use elf::endian::AnyEndian;
use elf::parse::ParseError;

/// Major and minor.
pub type Version = (u32, u32);

/// The version of Amazon Linux 2023, on which `provided.al2023` runs.
pub const LAMBDA: Version = (2, 34);

/// Refuses a binary that Lambda cannot run. The error names the symbol that needs a newer version.
pub fn check(binary: &[u8]) -> Result<(), String> {
    let (major, minor) = LAMBDA;
    match newest(binary).map_err(|error| format!("is not a Linux program: {error}"))? {
        Some((version, symbol)) if version > LAMBDA => Err(format!(
            "needs glibc {}.{} for {symbol}, but Lambda's provided.al2023 has {major}.{minor}; remove the dependency that calls it",
            version.0, version.1
        )),
        _ => Ok(()),
    }
}

/// Returns the newest version that the binary needs, and a symbol that needs it.
fn newest(binary: &[u8]) -> Result<Option<(Version, String)>, ParseError> {
    let file = ElfBytes::<AnyEndian>::minimal_parse(binary)?;
    let (Some((symbols, names)), Some(versions)) =
        (file.dynamic_symbol_table()?, file.symbol_version_table()?)
    else {
        return Ok(None);
    };
    let mut newest = None;
    for (index, symbol) in symbols.iter().enumerate() {
        let Some(needed) = versions.get_requirement(index)? else { continue };
        let Some(version) = version(needed.name) else { continue };
        newest = newest.max(Some((version, names.get(symbol.st_name as usize)?.to_owned())));
    }
    Ok(newest)
}

/// Parses a name such as `GLIBC_2.34` or `GLIBC_2.2.5`.
fn version(name: &str) -> Option<Version> {
    let mut numbers = name.strip_prefix("GLIBC_")?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::process::Command;

    use super::*;

    fn compile(folder: &Path, arguments: &[&str]) {
        let status =
            Command::new("cc").args(["-nostdlib", "-fPIC"]).args(arguments).current_dir(folder).status();
        assert!(status.unwrap().success(), "{arguments:?}");
    }

    /// Compiles a program that calls one function of a C library with this version.
    fn program_that_needs(version: &str) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let write = |name, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("library.c", "int newer(void) { return 1; }");
        write("versions", &format!("{version} {{ global: newer; }};"));
        write("program.c", "int newer(void); int start(void) { return newer(); }");
        compile(
            folder.path(),
            &["-shared", "-Wl,--version-script=versions", "-o", "libc-like.so", "library.c"],
        );
        compile(folder.path(), &["-shared", "-o", "program", "program.c", "./libc-like.so"]);
        fs::read(folder.path().join("program")).unwrap()
    }

    #[test]
    fn versions_that_lambda_has_are_accepted() {
        for version in ["GLIBC_2.34", "GLIBC_2.4", "GLIBC_2.2.5", "OTHER_9.9"] {
            assert_eq!(check(&program_that_needs(version)), Ok(()), "{version}");
        }
    }

    #[test]
    fn a_newer_version_is_refused_with_the_symbol_that_needs_it() {
        for (version, number) in [("GLIBC_2.35", "2.35"), ("GLIBC_2.100", "2.100"), ("GLIBC_3.0", "3.0")] {
            let expected = format!("needs glibc {number} for newer, but Lambda's provided.al2023 has 2.34; ");
            let error = check(&program_that_needs(version)).unwrap_err();
            assert!(error.starts_with(&expected), "{error}");
        }
    }

    #[test]
    fn a_file_that_is_not_a_linux_program_is_refused() {
        let error = check(b"#!/bin/sh").unwrap_err();
        assert!(error.starts_with("is not a Linux program: "), "{error}");
    }
}
