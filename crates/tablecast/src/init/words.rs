use std::path::{Path, absolute};

use tablecast_authoring::proposal::{ProposalError, checked_noun};

/// Terraform's limit for `name`.
const MAX_NAME: usize = 30;

/// The user's own words. Templates have them as `@name@` and so on.
pub struct Words {
    /// The name of the deployment, from the folder's name.
    pub name: String,
    /// The noun of the event types.
    pub noun: String,
    /// The source of the Terraform module.
    pub module: String,
}

impl Words {
    pub fn new(dir: &Path, noun: Option<&str>, module: String) -> Result<Self, ProposalError> {
        Ok(Self { name: name(dir), noun: checked_noun(noun.unwrap_or("task"))?, module })
    }

    /// The name of the example's table.
    pub fn table(&self) -> String {
        format!("{}s", self.noun)
    }

    pub fn fill(&self, template: &str) -> String {
        let title = self.noun.replace('-', " ");
        let (first, rest) = title.split_at(1);
        let title = format!("{}{rest}", first.to_ascii_uppercase());
        let words = [
            ("@name@", &self.name),
            ("@noun@", &self.noun),
            ("@Noun@", &title),
            ("@table@", &self.table()),
            ("@module@", &self.module),
        ];
        words.iter().fold(template.to_owned(), |text, (mark, word)| text.replace(mark, word))
    }
}

/// Refuses what a Terraform string in quotes cannot contain as it is.
pub fn module(source: &str) -> Result<String, String> {
    let is_special = |letter: char| ['"', '\\'].contains(&letter) || letter.is_control();
    match source.contains(is_special) || ["${", "%{"].iter().any(|mark| source.contains(mark)) {
        true => Err("must not contain quotes, backslashes, line breaks, ${ or %{".to_owned()),
        false => Ok(source.to_owned()),
    }
}

/// Returns the folder's name as Terraform accepts it: lower-case letters, digits and hyphens.
fn name(dir: &Path) -> String {
    let folder = if dir.ends_with("..") { dir.canonicalize().ok() } else { absolute(dir).ok() };
    let folder = folder.as_deref().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' };
    let name: String = folder.chars().map(plain).collect();
    let name: String =
        name.trim_start_matches(|first: char| !first.is_ascii_lowercase()).chars().take(MAX_NAME).collect();
    let name = name.trim_end_matches('-');
    if name.is_empty() { "tablecast".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_that_breaks_the_terraform_file_is_refused() {
        for source in ["a\"b", "a\\b", "a\nb", "a${b}", "%{ if a }"] {
            assert!(module(source).is_err(), "{source}");
        }
        assert!(module("git::https://git.example/tablecast?ref=v1").is_ok());
    }

    #[test]
    fn the_folder_above_has_its_own_name() {
        let parent = tempfile::tempdir().unwrap();
        let web = parent.path().join("acme-events/web");
        std::fs::create_dir_all(&web).unwrap();
        assert_eq!(name(&web.join("..")), "acme-events");
    }

    #[test]
    fn the_name_of_the_deployment_comes_from_the_folder() {
        for (folder, expected) in [
            ("/work/acme-events", "acme-events"),
            ("/work/Acme Events", "acme-events"),
            ("/work/2026-events", "events"),
            ("/work/an-extremely-long-name-of-a-folder", "an-extremely-long-name-of-a-fo"),
            ("/work/42", "tablecast"),
            ("/", "tablecast"),
        ] {
            assert_eq!(name(Path::new(folder)), expected, "{folder}");
        }
    }
}
