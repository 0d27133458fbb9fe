//! Subjects of events, `orders/acme/1001`, and patterns that match them, `orders/acme/*`.
//!
//! A subject is a path of 1 to 8 segments, at most 512 bytes. A pattern is a subject, or a path that ends in
//! `*`, which stands for one or more further segments. `*` alone matches everything.

use std::fmt;

pub const MAX_BYTES: usize = 512;
pub const MAX_SEGMENTS: usize = 8;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject(String);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pattern(String);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubjectError {
    #[error("is empty")]
    Empty,
    #[error("is longer than {MAX_BYTES} bytes")]
    TooLong,
    #[error("has more than {MAX_SEGMENTS} segments")]
    TooDeep,
    #[error("has an empty segment: write orders/1001, without a slash at either end or two in a row")]
    EmptySegment,
    #[error("has a control character")]
    ControlCharacter,
    #[error("has a misplaced *: only the last segment of a pattern can be *")]
    MisplacedStar,
}

impl Subject {
    pub fn parse(text: &str) -> Result<Self, SubjectError> {
        check(text)?;
        match text.contains('*') {
            true => Err(SubjectError::MisplacedStar),
            false => Ok(Self(text.to_owned())),
        }
    }

    /// All patterns that match this subject, the most general first.
    pub fn patterns(&self) -> impl Iterator<Item = Pattern> + '_ {
        let slashes = self.0.match_indices('/').map(|(at, _)| &self.0[..=at]);
        let prefixes = std::iter::once("").chain(slashes);
        let wildcards = prefixes.map(|prefix| Pattern(format!("{prefix}*")));
        wildcards.chain(std::iter::once_with(|| Pattern(self.0.clone())))
    }

    /// Its first segments, or all if it has fewer.
    pub fn beginning(&self, segments: usize) -> Self {
        Self(beginning(&self.0, segments).to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Pattern {
    pub fn parse(text: &str) -> Result<Self, SubjectError> {
        check(text)?;
        let body = text.strip_suffix("/*").unwrap_or(text);
        match text == "*" || !body.contains('*') {
            true => Ok(Self(text.to_owned())),
            false => Err(SubjectError::MisplacedStar),
        }
    }

    /// The pattern of one subject.
    pub fn of(subject: &Subject) -> Self {
        Self(subject.0.clone())
    }

    pub fn matches(&self, subject: &Subject) -> bool {
        match self.0.strip_suffix('*') {
            Some(prefix) => subject.0.starts_with(prefix),
            None => self.0 == subject.0,
        }
    }

    /// Returns whether this pattern matches every subject that the other matches.
    pub fn contains(&self, other: &Pattern) -> bool {
        match self.0.strip_suffix('*') {
            // The prefix is empty or ends in a slash, so whole segments are compared.
            Some(prefix) => other.0.starts_with(prefix),
            None => self.0 == other.0,
        }
    }

    /// The beginning of all subjects that it matches. None if they differ.
    pub fn beginning(&self, segments: usize) -> Option<Subject> {
        let beginning = beginning(&self.0, segments);
        (!beginning.ends_with('*')).then(|| Subject(beginning.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn beginning(path: &str, segments: usize) -> &str {
    let end = path.match_indices('/').nth(segments.saturating_sub(1));
    end.map_or(path, |(at, _)| &path[..at])
}

fn check(text: &str) -> Result<(), SubjectError> {
    if text.is_empty() {
        return Err(SubjectError::Empty);
    }
    if text.len() > MAX_BYTES {
        return Err(SubjectError::TooLong);
    }
    if text.split('/').count() > MAX_SEGMENTS {
        return Err(SubjectError::TooDeep);
    }
    if text.split('/').any(str::is_empty) {
        return Err(SubjectError::EmptySegment);
    }
    match text.chars().any(char::is_control) {
        true => Err(SubjectError::ControlCharacter),
        false => Ok(()),
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn patterns_of(subject: &str) -> Vec<String> {
        let subject = Subject::parse(subject).unwrap();
        subject.patterns().map(|pattern| pattern.to_string()).collect()
    }

    #[test]
    fn a_subject_matches_itself_and_a_star_at_each_depth() {
        let expected = ["*", "orders/*", "orders/acme/*", "orders/acme/1001"];
        assert_eq!(patterns_of("orders/acme/1001"), expected);
        assert_eq!(patterns_of("orders"), ["*", "orders"]);
    }

    #[test]
    fn a_star_stands_for_at_least_one_segment() {
        let pattern = Pattern::parse("orders/*").unwrap();
        assert!(pattern.matches(&Subject::parse("orders/1").unwrap()));
        assert!(!pattern.matches(&Subject::parse("orders").unwrap()));
        assert!(!pattern.matches(&Subject::parse("ordersx/1").unwrap()));
    }

    #[test]
    fn bad_patterns_are_refused_with_the_reason() {
        let cases = [
            ("", SubjectError::Empty),
            ("/orders", SubjectError::EmptySegment),
            ("orders//1", SubjectError::EmptySegment),
            ("orders/", SubjectError::EmptySegment),
            ("orders/*/1", SubjectError::MisplacedStar),
            ("orders/a*", SubjectError::MisplacedStar),
            ("**", SubjectError::MisplacedStar),
            ("orders/\u{0}", SubjectError::ControlCharacter),
            ("1/2/3/4/5/6/7/8/9", SubjectError::TooDeep),
        ];
        for (text, reason) in cases {
            assert_eq!(Pattern::parse(text), Err(reason), "{text:?}");
        }
        assert_eq!(Pattern::parse(&"x".repeat(513)), Err(SubjectError::TooLong));
        assert!(Pattern::parse(&"x".repeat(512)).is_ok());
    }

    #[test]
    fn a_subject_has_no_star() {
        assert_eq!(Subject::parse("orders/*"), Err(SubjectError::MisplacedStar));
    }

    /// All subjects of up to four segments, one more than the patterns of the test have.
    fn subjects() -> &'static [Subject] {
        static SUBJECTS: std::sync::LazyLock<Vec<Subject>> = std::sync::LazyLock::new(|| {
            let segments = ["a", "b", "ab", "bb", "c"];
            let deeper = |path: &String| segments.map(|segment| format!("{path}/{segment}"));
            let mut levels = vec![segments.map(str::to_owned).to_vec()];
            for level in 0..3 {
                levels.push(levels[level].iter().flat_map(deeper).collect());
            }
            levels.iter().flatten().map(|path| Subject::parse(path).unwrap()).collect()
        });
        &SUBJECTS
    }

    proptest! {
        #[test]
        fn a_pattern_matches_a_subject_exactly_if_the_subject_lists_it(
            subject in "[ab](/[ab]){0,3}",
            pattern in "([ab]/){0,3}[ab*]",
        ) {
            let subject = Subject::parse(&subject).unwrap();
            let pattern = Pattern::parse(&pattern).unwrap();
            let listed = subject.patterns().any(|candidate| candidate == pattern);
            prop_assert_eq!(pattern.matches(&subject), listed);
        }

        #[test]
        fn a_pattern_contains_another_exactly_if_it_matches_all_its_subjects(
            outer in "([ab]b?/){0,2}([ab]b?|\\*)",
            inner in "([ab]b?/){0,2}([ab]b?|\\*)",
        ) {
            let (outer, inner) = (Pattern::parse(&outer).unwrap(), Pattern::parse(&inner).unwrap());
            let mut matched = subjects().iter().filter(|subject| inner.matches(subject));
            prop_assert_eq!(outer.contains(&inner), matched.all(|subject| outer.matches(subject)));
        }
    }
}
