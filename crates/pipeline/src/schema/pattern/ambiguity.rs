//! Finds repetitions that can take exponential time in engines that backtrack, such as those of browsers.
//!
//! A repetition is ambiguous if a text takes two different ways through its rounds from one character of the pattern
//! back to the same one, as in `(a+)+`. Each time that the text repeats then doubles the ways to try. All other patterns
//! take at most polynomial time, such as `a*a*$`.
//!
//! # Layout
//! - `automaton`: the characters of a repetition, and those that can follow each
//! - `characters`: the sets of characters
//! - `pairs`: searches two ways at the same time

mod automaton;
mod characters;
mod pairs;

use regex_syntax::ast::parse::Parser;
use regex_syntax::ast::{Ast, Repetition, RepetitionKind, RepetitionRange};

use automaton::Automaton;

/// With more rounds, a repetition counts as endless. Few rounds try few ways, as in a pattern of IPv4 addresses.
const MOST_ROUNDS: u32 = 10;

/// Returns the first ambiguous repetition of a pattern in the syntax of the server's engine.
pub fn repetition(pattern: &str) -> Option<&str> {
    let ast = Parser::new().parse(pattern).ok()?;
    find(&ast, 1, pattern)
}

/// `rounds` is the product of the repetitions around this part that are too few to be searched themselves.
fn find<'p>(ast: &Ast, rounds: u32, pattern: &'p str) -> Option<&'p str> {
    match ast {
        Ast::Group(group) => find(&group.ast, rounds, pattern),
        Ast::Alternation(alternation) => alternation.asts.iter().find_map(|ast| find(ast, rounds, pattern)),
        Ast::Concat(concat) => concat.asts.iter().find_map(|ast| find(ast, rounds, pattern)),
        Ast::Repetition(repetition) => {
            let (_, maximum) = limits(repetition);
            let rounds = rounds.saturating_mul(maximum.unwrap_or(u32::MAX));
            if rounds <= MOST_ROUNDS {
                return find(&repetition.ast, rounds, pattern);
            }
            let is_ambiguous = || pairs::is_ambiguous(&Automaton::of_endless(&repetition.ast, pattern));
            let text = || &pattern[repetition.span.start.offset..repetition.span.end.offset];
            find(&repetition.ast, 1, pattern).or_else(|| is_ambiguous().then(text))
        }
        _ => None,
    }
}

/// Returns the least and the most rounds.
fn limits(repetition: &Repetition) -> (u32, Option<u32>) {
    match &repetition.op.kind {
        RepetitionKind::ZeroOrOne => (0, Some(1)),
        RepetitionKind::ZeroOrMore => (0, None),
        RepetitionKind::OneOrMore => (1, None),
        RepetitionKind::Range(RepetitionRange::Exactly(count)) => (*count, Some(*count)),
        RepetitionKind::Range(RepetitionRange::AtLeast(count)) => (*count, None),
        RepetitionKind::Range(RepetitionRange::Bounded(least, most)) => (*least, Some(*most)),
    }
}

#[cfg(test)]
mod tests;
