//! Keeps paths of this machine out of the binaries. Panic messages contain paths, so they would differ on
//! every machine.

use std::ffi::OsString;
use std::path::Path;

use super::toolchain::Toolchain;
use super::workspace::Workspace;

/// Separates the flags in `CARGO_ENCODED_RUSTFLAGS`.
const SEPARATOR: &str = "\x1f";

/// Returns the value of `CARGO_ENCODED_RUSTFLAGS`, which replaces all flags that this machine sets.
pub fn compiler_flags(workspace: &Workspace, toolchain: &Toolchain) -> OsString {
    let registries = workspace.registries.iter().map(|folder| remap(folder, "/registry"));
    let own = [
        remap(&toolchain.library, &toolchain.library_name),
        remap(&workspace.root, "/workspace"),
        // rustc uses the last prefix that matches. Generated code is in this folder, which can be inside the
        // workspace.
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
    fn folders_of_this_machine_get_fixed_names_and_target_comes_last() {
        let workspace = Workspace {
            root: "/home/ada/tablecast".into(),
            target: "/home/ada/tablecast/target".into(),
            registries: ["/home/ada/.cargo/registry/src/mirror".into()].into(),
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
