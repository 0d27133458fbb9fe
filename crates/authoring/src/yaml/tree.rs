use serde::Deserialize;
use serde_saphyr::Spanned;
use tablecast_definitions::yaml::Node;

/// A parsed file.
#[derive(Debug, Deserialize)]
pub struct YamlTree(pub(super) Spanned<Node>);

impl YamlTree {
    pub fn parse(text: &str) -> Option<Self> {
        serde_saphyr::from_str(text).ok()
    }

    /// Returns the line of a path such as `events[0].data.total`, or of its last segment that the file has.
    pub fn line(&self, path: &str) -> Option<u64> {
        let (mut node, mut line) = (&self.0, None);
        for segment in path.split(['.', '[']).filter(|segment| !segment.is_empty()) {
            let Some((child_line, child)) = child(&node.value, segment) else { break };
            (node, line) = (child, Some(child_line));
        }
        line
    }

    /// Returns whether the file has a value at a path.
    pub fn has(&self, path: &str) -> bool {
        let step = |node, segment| child(node, segment).map(|(_, child)| &child.value);
        path.split('.').try_fold(&self.0.value, step).is_some()
    }

    /// Returns the number of elements of a list at the top level.
    pub fn len(&self, name: &str) -> usize {
        match child(&self.0.value, name).map(|(_, list)| &list.value) {
            Some(Node::List(elements)) => elements.len(),
            _ => 0,
        }
    }
}

/// Returns a member by its name, or an element by its index and `]`, with its line.
fn child<'n>(node: &'n Node, segment: &str) -> Option<(u64, &'n Spanned<Node>)> {
    match node {
        Node::Map(members) => {
            let (name, value) = members.iter().find(|(name, _)| name.value == segment)?;
            Some((name.defined.line(), value))
        }
        Node::List(elements) => {
            let element = elements.get(segment.trim_end_matches(']').parse::<usize>().ok()?)?;
            Some((element.defined.line(), element))
        }
        Node::String(_) | Node::Bool | Node::Integer(_) | Node::Float | Node::Null => None,
    }
}
