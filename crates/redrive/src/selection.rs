/// The records that an operator wants. Everything that is empty or absent selects all.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Names of pipe files.
    pub pipes: Vec<String>,
    /// A part of the path or of the reason.
    pub reason: Option<String>,
    /// When the record failed, in milliseconds since the epoch.
    pub since: Option<i64>,
    pub until: Option<i64>,
    /// Ids of records, and of the messages of dead letters.
    pub ids: Vec<String>,
    pub only: Option<Kind>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Rejected,
    DeadLetters,
}

impl Selection {
    pub fn has_pipe(&self, pipe: &str) -> bool {
        self.pipes.is_empty() || self.pipes.iter().any(|one| one == pipe)
    }

    pub fn has_kind(&self, kind: Kind) -> bool {
        self.only.is_none_or(|only| only == kind)
    }

    /// `at` is when it failed.
    pub fn has(&self, id: &str, at: i64, reason: &str) -> bool {
        (self.ids.is_empty() || self.ids.iter().any(|one| one == id))
            && self.since.is_none_or(|since| since <= at)
            && self.until.is_none_or(|until| at < until)
            && self.reason.as_ref().is_none_or(|part| reason.contains(part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_narrows_the_selection() {
        let all = Selection::default();
        assert!(all.has("1", 5, "r") && all.has_pipe("orders") && all.has_kind(Kind::Rejected));
        let one = |ids: &[&str], since, until, reason: Option<&str>| Selection {
            ids: ids.iter().map(|id| (*id).to_owned()).collect(),
            since,
            until,
            reason: reason.map(str::to_owned),
            ..Selection::default()
        };
        assert!(one(&["1", "2"], Some(5), Some(6), Some("total")).has("2", 5, "data.total: is missing"));
        let none = [
            one(&["1"], None, None, None),
            one(&[], Some(6), None, None),
            one(&[], None, Some(5), None),
            one(&[], None, None, Some("other")),
        ];
        for selection in none {
            assert!(!selection.has("2", 5, "data.total: is missing"), "{selection:?}");
        }
        let only = Selection { only: Some(Kind::DeadLetters), pipes: vec!["a".to_owned()], ..all };
        assert!(!only.has_kind(Kind::Rejected) && !only.has_pipe("orders"));
    }
}
