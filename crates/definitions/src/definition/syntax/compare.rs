use serde_saphyr::Spanned;

use super::SyntaxProblem;
use super::form::{Form, Key};
use super::words::{example, scalar_problem, unknown};
use crate::yaml::Node;

type Members = [(Spanned<String>, Spanned<Node>)];

#[derive(Default)]
pub struct Comparison {
    pub problems: Vec<SyntaxProblem>,
}

impl Comparison {
    pub fn compare(&mut self, node: &Spanned<Node>, form: &Form, path: &str) {
        match (form, &node.value) {
            (Form::Keys(keys), Node::Map(members)) => self.compare_keys(node, members, keys, path),
            (Form::Names(form), Node::Map(members)) => {
                members
                    .iter()
                    .for_each(|(name, value)| self.compare(value, form, &member(path, &name.value)));
            }
            (Form::ListOf(form), Node::List(elements)) => self.compare_list(elements, form, path),
            (Form::TextOrTexts, Node::List(elements)) => self.compare_list(elements, &Form::Text, path),
            (Form::Tree, Node::Map(members)) => {
                members
                    .iter()
                    .for_each(|(name, value)| self.compare(value, form, &member(path, &name.value)));
            }
            (Form::Tree, Node::List(elements)) => self.compare_list(elements, form, path),
            (_, value) => {
                let reason = scalar_problem(form, value);
                self.problems.extend(reason.map(|reason| problem(node.defined.line(), path, reason)));
            }
        }
    }

    fn compare_list(&mut self, elements: &[Spanned<Node>], form: &Form, path: &str) {
        let elements = elements.iter().enumerate();
        elements.for_each(|(index, element)| self.compare(element, form, &format!("{path}[{index}]")));
    }

    /// Reports missing keys only without unknown ones, which are probably the missing ones.
    fn compare_keys(&mut self, node: &Spanned<Node>, members: &Members, keys: &[Key], path: &str) {
        let mut has_unknown = false;
        for (name, value) in members {
            match keys.iter().find(|key| key.name == name.value) {
                // The entries of an optional map or list can all be comments. An empty condition would always hold.
                Some(key) if key.can_be_empty() && matches!(value.value, Node::Null) => {}
                Some(key) => self.compare(value, &key.form, &member(path, key.name)),
                None => {
                    has_unknown = true;
                    let reason = unknown(&name.value, keys);
                    self.problems.push(problem(name.defined.line(), path, reason));
                }
            }
        }
        let has = |name: &str| members.iter().any(|(member, _)| member.value == name);
        let is_missing =
            |key: &&Key| !has_unknown && key.is_required && !has(key.name) && !key.unless.is_some_and(has);
        for key in keys.iter().filter(is_missing) {
            let line = if path.is_empty() { None } else { Some(node.defined.line()) };
            let reason = format!("the key \"{}\" is missing{}", key.name, example(key.name));
            self.problems.push(SyntaxProblem { line, path: path.to_owned(), reason });
        }
    }
}

pub fn problem(line: u64, path: &str, reason: String) -> SyntaxProblem {
    SyntaxProblem { line: Some(line), path: path.to_owned(), reason }
}

pub fn member(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
