//! Checks for which operating system and processor a binary is, by its first bytes.

use elf::ElfBytes;
use elf::abi::{EM_AARCH64, EM_X86_64, ET_DYN, ET_EXEC};
use elf::endian::AnyEndian;

use super::architecture::Architecture;

/// The first bytes of programs for macOS, in the order of bytes of its processors, and for several at once.
const MACOS: [[u8; 4]; 2] = [[0xcf, 0xfa, 0xed, 0xfe], [0xca, 0xfe, 0xba, 0xbe]];

/// Refuses anything but a Linux program for this architecture.
pub fn check(binary: &[u8], arch: Architecture) -> Result<(), String> {
    if MACOS.iter().any(|start| binary.starts_with(start)) {
        return Err(format!("is a program for macOS, but Lambda needs one for Linux on {arch}"));
    }
    let file = ElfBytes::<AnyEndian>::minimal_parse(binary);
    let header = file.map_err(|error| format!("is not a Linux program: {error}"))?.ehdr;
    if ![ET_EXEC, ET_DYN].contains(&header.e_type) {
        return Err("is not a program: it is a part of one, or a core dump".to_owned());
    }
    match name(header.e_machine) {
        found if found == arch.to_string() => Ok(()),
        found => Err(format!("is a program for {found}, but --arch is {arch}")),
    }
}

/// Returns Lambda's name for a processor.
fn name(machine: u16) -> String {
    match machine {
        EM_X86_64 => Architecture::X86_64.to_string(),
        EM_AARCH64 => Architecture::Arm64.to_string(),
        other => format!("another processor (ELF machine {other})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An ELF header and nothing else: 64 bits, little-endian, version 1.
    fn header(kind: u8, machine: u8) -> Vec<u8> {
        let mut header = vec![0; 64];
        header[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
        (header[16], header[18], header[20], header[52]) = (kind, machine, 1, 64);
        header
    }

    #[test]
    fn a_program_for_the_architecture_is_accepted() {
        for kind in [2, 3] {
            assert_eq!(check(&header(kind, 62), Architecture::X86_64), Ok(()));
            assert_eq!(check(&header(kind, 183), Architecture::Arm64), Ok(()));
        }
    }

    #[test]
    fn a_program_for_another_platform_is_refused_with_the_name_of_the_platform() {
        for (binary, expected) in [
            (header(3, 183), "is a program for arm64, but --arch is x86_64"),
            (header(3, 243), "is a program for another processor (ELF machine 243)"),
            (header(1, 62), "is not a program: it is a part of one"),
            (b"\xcf\xfa\xed\xfe\x0c\0\0\x01".to_vec(), "is a program for macOS, but Lambda needs one"),
            (b"#!/bin/sh".to_vec(), "is not a Linux program: "),
            (Vec::new(), "is not a Linux program: "),
        ] {
            let error = check(&binary, Architecture::X86_64).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
