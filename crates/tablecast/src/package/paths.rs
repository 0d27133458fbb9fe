//! No path of this machine in a binary: panic messages hold them, and would make every machine's binaries different.

use std::ffi::OsString;
use std::path::Path;

use super::toolchain::Toolchain;
use super::workspace::Workspace;

/// Between the arguments in `CARGO_ENCODED_RUSTFLAGS`.
const SEPARATOR: &str = "\x1f";

/// For `CARGO_ENCODED_RUSTFLAGS`, in place of all flags that this machine has set.
pub fn compiler_flags(workspace: &Workspace, toolchain: &Toolchain) -> OsString {
    let registries = workspace.registries.iter().map(|folder| remap(folder, "/registry"));
    let own = [
        remap(&toolchain.library, &toolchain.library_name),
        remap(&workspace.root, "/workspace"),
        // The last one that fits is used: generated code is in here, and this may be anywhere.
        remap(&workspace.target, "/target"),
    ];
    registries.chain(own).collect::<Vec<_>>().join(SEPARATOR.as_ref())
}

fn remap(from: &Path, to: &str) -> OsString {
    let mut flag = OsString::from("--remap-path-prefix=");
    flag.push(from);
    flag.push("=");
    flag.push(to);
    flag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_folder_of_this_machine_gets_a_name_and_the_innermost_one_counts() {
        let workspace = Workspace {
            root: "/home/ada/tablecast".into(),
            target: "/home/ada/tablecast/target".into(),
            registries: ["/home/ada/.cargo/registry/src/mirror".into()].into(),
            functions: Vec::new(),
        };
        let toolchain = Toolchain { library: "/rust/lib".into(), library_name: "/rustc/abc".to_owned() };
        let flags = compiler_flags(&workspace, &toolchain).into_string().unwrap();
        let expected = [
            "--remap-path-prefix=/home/ada/.cargo/registry/src/mirror=/registry",
            "--remap-path-prefix=/rust/lib=/rustc/abc",
            "--remap-path-prefix=/home/ada/tablecast=/workspace",
            "--remap-path-prefix=/home/ada/tablecast/target=/target",
        ];
        assert_eq!(flags.split('\x1f').collect::<Vec<_>>(), expected);
    }
}
