//! The functions of a deployment.

/// A function, and the crate in `functions/` with its name.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    pub name: &'static str,
    /// The files that it reads, relative to the folder of the definitions.
    pub include: &'static [&'static str],
}

/// Sorted by name.
pub const FUNCTIONS: [Function; 7] = [
    Function { name: "authorize", include: &[] },
    Function { name: "connect", include: &["pipes/*.yaml"] },
    Function { name: "disconnect", include: &[] },
    Function { name: "dispatch", include: &["pipes/*.yaml"] },
    Function { name: "enrich", include: &["pipes/*.yaml", "schemas/*.json"] },
    Function { name: "fanout", include: &[] },
    Function { name: "subscribe", include: &["pipes/*.yaml", "schemas/*.json"] },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    use super::*;

    #[test]
    fn the_list_has_every_crate_of_the_functions_folder() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../functions");
        let crates = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let crates = crates.filter(|path| path.join("Cargo.toml").is_file());
        let names = crates.map(|path| path.file_name().unwrap().to_str().unwrap().to_owned());
        let listed = FUNCTIONS.iter().map(|function| function.name.to_owned());
        assert_eq!(
            listed.collect::<Vec<_>>(),
            names.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
        );
    }
}
