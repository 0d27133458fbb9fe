//! Subjects and patterns, three lines: a pattern, another pattern, a subject. Matching agrees with a comparison of
//! the segments.

use tablecast_protocol::channel::{Channel, wide_source};
use tablecast_protocol::subject::{MAX_BYTES, MAX_SEGMENTS, Pattern, Subject};

use crate::target::{Form, Target};

pub const TARGET: Target = Target {
    name: "subject",
    form: Form::Lines,
    check,
    samples,
    words: &[&["orders", "/", "*", "/*", "acme"]],
    inputs: 4000,
};

fn samples() -> Vec<String> {
    [
        "orders/acme/*\norders/*\norders/acme/1001",
        "*\norders/acme\norders/acme",
        "1/2/3/4/5/6/7/*\na b/*\n1/2/3/4/5/6/7/8",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn check(text: &str) {
    let mut lines = text.split('\n');
    let mut line = || lines.next().unwrap_or_default();
    let (one, other, subject) = (line(), line(), line());
    let [parsed, contained] = [one, other].map(Pattern::parse);
    assert_eq!(parsed.is_ok(), is_path(one, true), "{one:?}");
    let named = Subject::parse(subject);
    assert_eq!(named.is_ok(), is_path(subject, false), "{subject:?}");
    if let (Ok(pattern), Ok(named)) = (&parsed, &named) {
        assert_eq!(pattern.matches(named), matches(one, subject));
        assert_eq!(named.patterns().any(|listed| listed == *pattern), matches(one, subject));
        channels(pattern, named);
    }
    if let (Ok(pattern), Ok(contained)) = (parsed, contained) {
        let is_contained = matches(one, other) || one == other;
        assert_eq!(pattern.contains(&contained), is_contained, "{one:?} {other:?}");
        assert!(wide_source(&pattern).is_ascii());
    }
}

fn is_path(text: &str, may_have_star: bool) -> bool {
    let segments: Vec<&str> = text.split('/').collect();
    let (last, others) = segments.split_last().unwrap();
    let is_plain = |segment: &&str| !segment.is_empty() && !segment.contains('*');
    text.len() <= MAX_BYTES
        && segments.len() <= MAX_SEGMENTS
        && !text.chars().any(char::is_control)
        && others.iter().all(is_plain)
        && (is_plain(last) || *last == "*" && may_have_star)
}

fn matches(pattern: &str, subject: &str) -> bool {
    let [pattern, subject]: [Vec<&str>; 2] = [pattern, subject].map(|path| path.split('/').collect());
    match pattern.split_last() {
        Some((&"*", start)) => subject.len() > start.len() && subject.starts_with(start),
        _ => pattern == subject,
    }
}

fn channels(pattern: &Pattern, subject: &Subject) {
    for segments in 1..=MAX_SEGMENTS {
        let channel = Channel::of(subject, segments);
        assert_eq!(Channel::of_source(&channel.source()), Some(channel.clone()));
        if pattern.matches(subject) {
            assert!(Channel::of_pattern(pattern, segments).is_none_or(|of_pattern| of_pattern == channel));
        }
    }
}
