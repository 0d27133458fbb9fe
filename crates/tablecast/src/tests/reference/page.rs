use std::collections::BTreeSet;
use std::fs;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/cli.md");

pub struct Page {
    pub text: String,
}

/// A row of a table of arguments.
pub struct Row {
    /// `--data DIR`
    pub argument: String,
    /// The other cells.
    pub text: String,
}

impl Page {
    pub fn read() -> Self {
        Self { text: fs::read_to_string(PATH).unwrap() }
    }

    /// The names and purposes in the list at the top.
    pub fn commands(&self) -> Vec<(String, String)> {
        let top = self.text.split("\n## ").next().unwrap_or_default();
        let command = |row: &str| {
            let (name, purpose) = row.split_once("](#")?;
            let purpose = purpose.split_once(" | ")?.1.trim_end_matches(" |");
            Some((name.replace(['|', '[', '`'], "").trim().to_owned(), purpose.to_owned()))
        };
        top.lines().filter_map(command).collect()
    }

    /// The rows of a command's section whose first cell is an argument.
    pub fn arguments(&self, command: &str) -> Vec<Row> {
        let row = |line: &str| {
            let (argument, text) = line.strip_prefix("| `")?.split_once("` | ")?;
            Some(Row { argument: argument.replace("\\|", "|"), text: text.to_owned() })
        };
        self.section(command).lines().filter_map(row).collect()
    }

    /// The first code block of a command's section.
    pub fn usage(&self, command: &str) -> String {
        let section = self.section(command);
        section.split("```").nth(1).unwrap_or_default().to_owned()
    }

    fn section(&self, command: &str) -> &str {
        let heading = format!("\n## {command}\n");
        let (_, section) =
            self.text.split_once(&heading).unwrap_or_else(|| panic!("{command} has no section"));
        section.split("\n## ").next().unwrap_or_default()
    }
}

/// All long options in a text.
pub fn options(text: &str) -> BTreeSet<String> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    let words = text.split(|letter: char| !is_part(letter));
    let is_option = |word: &&str| word.starts_with("--") && word.len() > 2 && !word.starts_with("---");
    words.filter(is_option).map(str::to_owned).collect()
}
