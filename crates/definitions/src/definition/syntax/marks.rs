//! Finds tags and anchors. YAML takes them off a text without quotes that begins with `!` or `&`.

use std::collections::{BTreeMap, BTreeSet};

use serde_saphyr::granit_parser::{Event, Parser, Span};
use serde_saphyr::{Location, Spanned};

use super::SyntaxProblem;
use super::compare::{member, problem};
use crate::yaml::Node;

const TAG: &str = "`!` begins a YAML tag: put the expression in single quotes";
const ANCHOR: &str = "`&` begins a YAML anchor: put the expression in single quotes";

/// Returns a problem for each tag, and for each text with an anchor that no alias refers to.
pub fn problems(yaml: &str, tree: &Spanned<Node>) -> Vec<SyntaxProblem> {
    let mut search = Search { marks: marks(yaml), problems: Vec::new() };
    search.visit(tree, "");
    search.problems
}

/// The reasons by line and column of the value.
type Marks = BTreeMap<(u64, u64), &'static str>;

fn marks(yaml: &str) -> Marks {
    let events: Vec<(Event<'_>, Span)> = Parser::new_from_str(yaml).map_while(Result::ok).collect();
    let alias = |(event, _): &(Event<'_>, Span)| if let Event::Alias(id) = event { Some(*id) } else { None };
    let used: BTreeSet<usize> = events.iter().filter_map(alias).collect();
    let mark = |(event, span): &(Event<'_>, Span)| {
        let reason = match event {
            Event::Scalar(.., Some(_))
            | Event::SequenceStart(.., Some(_))
            | Event::MappingStart(.., Some(_)) => TAG,
            Event::Scalar(_, _, anchor, None) if *anchor != 0 && !used.contains(anchor) => ANCHOR,
            _ => return None,
        };
        Some(((span.start.line() as u64, span.start.col() as u64 + 1), reason))
    };
    events.iter().filter_map(mark).collect()
}

struct Search {
    marks: Marks,
    problems: Vec<SyntaxProblem>,
}

impl Search {
    fn visit(&mut self, node: &Spanned<Node>, path: &str) {
        self.report(node.defined, path);
        match &node.value {
            Node::Map(members) => members.iter().for_each(|(name, value)| {
                let path = member(path, &name.value);
                self.report(name.defined, &path);
                self.visit(value, &path);
            }),
            Node::List(elements) => {
                let elements = elements.iter().enumerate();
                elements.for_each(|(index, element)| self.visit(element, &format!("{path}[{index}]")));
            }
            _ => {}
        }
    }

    /// A map begins at the place of its first key, so each mark is reported once.
    fn report(&mut self, place: Location, path: &str) {
        let reason = self.marks.remove(&(place.line(), place.column()));
        self.problems.extend(reason.map(|reason| problem(place.line(), path, reason.to_owned())));
    }
}
