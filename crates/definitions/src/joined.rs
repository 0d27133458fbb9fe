//! Texts and values joined by `+`, as in a subject or a grant: which subjects they can become.

mod parser;

use parser::Parser;

pub(crate) use parser::is_other_operator;

/// In place of a value. No text of a pipe file has this character.
const VALUE: char = '\0';

/// The segments of a subject or a grant. A value is one or more characters of one segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined(Vec<String>);

impl Joined {
    /// Returns `None` if another operator than `+` joins the parts, because the result is not known then.
    pub fn parse(source: &str) -> Option<Self> {
        let mut parser = Parser { rest: source, joined: String::new() };
        parser.sum()?;
        let is_complete = parser.rest.trim_start().is_empty();
        is_complete.then(|| Self(parser.joined.split('/').map(ToOwned::to_owned).collect()))
    }

    /// The beginning of this subject: its first segments, or all if it has fewer.
    pub fn beginning(mut self, segments: usize) -> Self {
        self.0.truncate(segments);
        self
    }

    /// Returns whether both can become the same text.
    pub fn may_equal(&self, other: &Self) -> bool {
        self.0.len() == other.0.len()
            && self.0.iter().zip(&other.0).all(|(one, other)| may_be_equal(one, other))
    }

    /// Returns whether this grant can contain the subject. A last segment `*` stands for one or more segments.
    pub fn may_contain(&self, subject: &Self) -> bool {
        let (grant, subject) = (&self.0, &subject.0);
        let each = |grant: &[String]| grant.iter().zip(subject).all(|(one, other)| may_be_equal(one, other));
        match grant.split_last() {
            Some((last, start)) if last == "*" => subject.len() > start.len() && each(start),
            _ => subject.len() == grant.len() && each(grant),
        }
    }
}

/// Compares the texts before the first value and after the last one.
fn may_be_equal(one: &str, other: &str) -> bool {
    match (one.contains(VALUE), other.contains(VALUE)) {
        (false, false) => one == other,
        (false, true) => ends_fit(other, one) && one.chars().count() >= other.chars().count(),
        (true, false) => ends_fit(one, other) && other.chars().count() >= one.chars().count(),
        (true, true) => ends_fit(one, other),
    }
}

fn ends_fit(one: &str, other: &str) -> bool {
    let start = |text: &str| text.split(VALUE).next().unwrap_or_default().to_owned();
    let end = |text: &str| text.rsplit(VALUE).next().unwrap_or_default().to_owned();
    let (starts, ends) = ((start(one), start(other)), (end(one), end(other)));
    (starts.0.starts_with(&starts.1) || starts.1.starts_with(&starts.0))
        && (ends.0.ends_with(&ends.1) || ends.1.ends_with(&ends.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_is_compared_with_a_subject_segment_by_segment() {
        let subject = r#""orders/" + item.tenant + "/" + item.orderId"#;
        for (grant, expected) in [
            (r#""orders/" + claims.tenant + "/*""#, true),
            (r#""orders/*""#, true),
            (r#""*""#, true),
            (r#"claims.kind + "/*""#, true),
            (r#"("ord" + claims.x + "/*")"#, true),
            (r#""orders/" + claims.tenant + "/" + claims.sub"#, true),
            (r#""orders/acme/1001""#, true),
            (r#""order/" + claims.tenant + "/*""#, false),
            (r#""orders/" + claims.tenant"#, false),
            (r#""orders/" + claims.tenant + "/" + claims.sub + "/*""#, false),
            (r#""profiles/" + claims.sub"#, false),
            (r#""orders-" + claims.tenant + "/*""#, false),
            (r#""Orders/*""#, false),
        ] {
            let found = Joined::parse(grant).unwrap().may_contain(&Joined::parse(subject).unwrap());
            assert_eq!(found, expected, "{grant}");
        }
    }

    #[test]
    fn two_subjects_can_begin_with_the_same_segments() {
        let orders = r#""orders/" + item.tenant + "/" + item.id"#;
        for (other, segments, expected) in [
            (r#""orders/" + item.tenant + "/lines/" + item.id"#, 2, true),
            (r#""orders/acme/" + item.id"#, 2, true),
            (r#"item.kind + "/" + item.id"#, 2, true),
            (r#""orders/" + item.id"#, 2, true),
            (r#""orders/" + item.id"#, 3, false),
            (r#""orders""#, 1, true),
            (r#""orders""#, 2, false),
            (r#""orders-" + item.kind + "/" + item.id"#, 1, false),
            (r#""profiles/" + keys.id"#, 1, false),
        ] {
            let [one, other_one] =
                [orders, other].map(|text| Joined::parse(text).unwrap().beginning(segments));
            assert_eq!(one.may_equal(&other_one), expected, "{other} {segments}");
        }
    }

    #[test]
    fn a_value_is_at_least_one_character_of_a_segment() {
        for (grant, subject, expected) in [
            (r#""a/" + claims.x"#, r#""a/b""#, true),
            (r#""a/x-" + claims.x"#, r#""a/x-""#, false),
            (r#""a/x-" + claims.x"#, r#""a/" + item.id"#, true),
            (r#""a/x-" + claims.x"#, r#""a/y-" + item.id"#, false),
            (r#""a/" + claims.x + "-x""#, r#""a/" + item.id + "-y""#, false),
            (r#""a/*""#, r#""a""#, false),
        ] {
            let found = Joined::parse(grant).unwrap().may_contain(&Joined::parse(subject).unwrap());
            assert_eq!(found, expected, "{grant} {subject}");
        }
    }

    #[test]
    fn only_plus_joins_parts() {
        let segments =
            |source: &str| Joined::parse(source).map(|joined| joined.0.join("/").replace(VALUE, "?"));
        for (source, expected) in [
            (r#""n/" + (item.old ? "x" : "y")"#, Some("n/?")),
            (r#""n/" + string(item.n + 1)"#, Some("n/?")),
            (r#""n/" + item.?id + '/z'"#, Some("n/?/z")),
            (r#"("a/" + ("b" + item.c))"#, Some("a/b?")),
            (r#"item.list["a + b"] + "/x""#, Some("?/x")),
            (r#""a,b".split(",")[0] + "/x""#, Some("?/x")),
            (r#"item.kind == "vip" ? "vip" : "other""#, None),
            (r#""a" + item.x in item.list"#, None),
            ("", None),
            (r#""a" +"#, None),
        ] {
            assert_eq!(segments(source).as_deref(), expected, "{source}");
        }
    }
}
