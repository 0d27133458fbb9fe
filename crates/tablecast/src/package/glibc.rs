//! What a binary needs of glibc. A newer one than Lambda has would only be noticed there, when the function starts.

use elf::ElfBytes;
use elf::endian::AnyEndian;
use elf::parse::ParseError;

/// Major and minor.
pub type Version = (u32, u32);

/// Amazon Linux 2023, which `provided.al2023` is.
pub const LAMBDA: Version = (2, 34);

/// The error says which symbol needs too much.
pub fn check(binary: &[u8]) -> Result<(), String> {
    let (major, minor) = LAMBDA;
    match newest(binary).map_err(|error| format!("not a Linux program: {error}"))? {
        Some((version, symbol)) if version > LAMBDA => Err(format!(
            "needs glibc {}.{} (for {symbol}), and Lambda's provided.al2023 has {major}.{minor}",
            version.0, version.1
        )),
        _ => Ok(()),
    }
}

/// The newest version that is needed, and a symbol that needs it.
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

/// Of a name such as `GLIBC_2.34` or `GLIBC_2.2.5`.
fn version(name: &str) -> Option<Version> {
    let mut numbers = name.strip_prefix("GLIBC_")?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;
    use std::process::Command;

    fn compile(folder: &Path, arguments: &[&str]) {
        let status =
            Command::new("cc").args(["-nostdlib", "-fPIC"]).args(arguments).current_dir(folder).status();
        assert!(status.unwrap().success(), "{arguments:?}");
    }

    /// A program that calls one function of a C library of its own.
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
    fn what_lambda_has_may_be_needed() {
        for version in ["GLIBC_2.34", "GLIBC_2.4", "GLIBC_2.2.5", "OTHER_9.9"] {
            assert_eq!(check(&program_that_needs(version)), Ok(()), "{version}");
        }
    }

    #[test]
    fn a_newer_version_is_refused_with_the_symbol_that_needs_it() {
        for (version, told) in [("GLIBC_2.35", "2.35"), ("GLIBC_2.100", "2.100"), ("GLIBC_3.0", "3.0")] {
            let expected = format!("needs glibc {told} (for newer), and Lambda's provided.al2023 has 2.34");
            assert_eq!(check(&program_that_needs(version)), Err(expected));
        }
    }

    #[test]
    fn what_is_no_linux_program_is_refused() {
        let error = check(b"#!/bin/sh").unwrap_err();
        assert!(error.starts_with("not a Linux program: "), "{error}");
    }
}
