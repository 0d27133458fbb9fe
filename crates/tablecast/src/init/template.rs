use std::path::PathBuf;

use super::words::Words;

/// All files but the definitions.
pub fn files(words: &Words, existing_tables: &str) -> Vec<(PathBuf, String)> {
    let main =
        words.fill(include_str!("template/main.tf")).replace("@existing@\n", &with_end(existing_tables));
    let file = |path: &str, template| (PathBuf::from(path), words.fill(template));
    vec![
        (PathBuf::from("infra/main.tf"), main),
        file(".github/workflows/events.yml", include_str!("template/ci.yml")),
        file("README.md", include_str!("template/README.md")),
        file(".gitignore", include_str!("template/gitignore")),
    ]
}

/// An empty line between this part and the next one.
fn with_end(part: &str) -> String {
    format!("{part}\n")
}
