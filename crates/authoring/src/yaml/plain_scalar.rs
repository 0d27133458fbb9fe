use serde_saphyr::{Location, Spanned};
use tablecast_definitions::yaml::Node;

use super::tree::YamlTree;

/// A text without quotes, a boolean, or a number.
#[derive(Debug, PartialEq, Eq)]
pub struct PlainScalar {
    pub path: String,
    pub line: u64,
    pub text: String,
    pub is_key: bool,
    /// True between `{` and `}` or `[` and `]`, if they open on the same line.
    pub is_within_brackets: bool,
}

/// Returns all plain scalars of a file. A file that is not YAML has none.
pub fn plain_scalars(text: &str) -> Vec<PlainScalar> {
    let mut search = Search { lines: text.lines().collect(), found: Vec::new() };
    if let Some(tree) = YamlTree::parse(text) {
        search.visit(&tree.0, "");
    }
    search.found
}

struct Search<'t> {
    lines: Vec<&'t str>,
    found: Vec<PlainScalar>,
}

impl<'t> Search<'t> {
    fn visit(&mut self, node: &Spanned<Node>, path: &str) {
        match &node.value {
            Node::String(text) => self.add(Some(text), node.defined, path, false),
            Node::Bool | Node::Integer(_) | Node::Float => self.add(None, node.defined, path, false),
            Node::Null => {}
            Node::Map(members) => members.iter().for_each(|(name, value)| self.member(name, value, path)),
            Node::List(elements) => {
                let elements = elements.iter().enumerate();
                elements.for_each(|(index, element)| self.visit(element, &format!("{path}[{index}]")));
            }
        }
    }

    fn member(&mut self, name: &Spanned<String>, value: &Spanned<Node>, path: &str) {
        let path = if path.is_empty() { name.value.clone() } else { format!("{path}.{}", name.value) };
        self.add(Some(&name.value), name.defined, &path, true);
        self.visit(value, &path);
    }

    /// Adds a text, or a boolean or number without its text. A text in quotes differs from its source at the first
    /// character.
    fn add(&mut self, text: Option<&str>, location: Location, path: &str, is_key: bool) {
        let (before, source) = self.split_line(location);
        let is_word = |letter: &char| letter.is_alphanumeric() || "+-._".contains(*letter);
        let word: String = source.chars().take_while(is_word).collect();
        let text = text.unwrap_or(&word);
        if source.starts_with(text) {
            let count = |brackets: &[char]| before.matches(brackets).count();
            let is_within_brackets = count(&['{', '[']) > count(&['}', ']']);
            let (path, text) = (path.to_owned(), text.to_owned());
            self.found.push(PlainScalar { path, line: location.line(), text, is_key, is_within_brackets });
        }
    }

    /// Returns the location's line, before and from the location.
    fn split_line(&self, location: Location) -> (&'t str, &'t str) {
        let index = |number: u64| usize::try_from(number).unwrap_or_default().saturating_sub(1);
        let line = self.lines.get(index(location.line())).copied().unwrap_or_default();
        let byte = line.char_indices().nth(index(location.column())).map_or(line.len(), |(byte, _)| byte);
        line.split_at(byte)
    }
}
