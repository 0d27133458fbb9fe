use tablecast_definitions::problem::Rule;

/// A breaking change in a schema.
#[derive(Debug, PartialEq)]
pub struct Finding {
    pub rule: Rule,
    pub path: String,
    pub reason: String,
}

/// The breaking changes of one event type.
pub struct Findings {
    /// The event type to create instead: `order.placed.v2`.
    next_version: String,
    found: Vec<Finding>,
}

impl Findings {
    pub fn new(event_type: &str) -> Self {
        Self { next_version: next_version(event_type), found: Vec::new() }
    }

    pub fn add(&mut self, rule: Rule, path: &str, reason: &str) {
        let reason = format!("{reason}; create {}", self.next_version);
        let finding = Finding { rule, path: path.to_owned(), reason };
        if !self.found.contains(&finding) {
            self.found.push(finding);
        }
    }

    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Returns true if there is a finding at the path or below it.
    pub fn has_below(&self, path: &str) -> bool {
        self.found.iter().any(|finding| finding.path.starts_with(path))
    }

    pub fn into_vec(self) -> Vec<Finding> {
        self.found
    }
}

fn next_version(event_type: &str) -> String {
    let (name, version) = event_type.rsplit_once(".v").unwrap_or((event_type, "1"));
    format!("{name}.v{}", version.parse::<u32>().unwrap_or(1).saturating_add(1))
}
