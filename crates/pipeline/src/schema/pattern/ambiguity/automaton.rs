use std::collections::BTreeMap;

use regex_syntax::ast::{Ast, Repetition};

use super::characters::Characters;
use super::limits;

/// Above this size, rounds with a limit are not distinguished: they count as endless.
const MOST_POSITIONS: u32 = 1_000;
/// Two ways are as bad as more.
const SEVERAL: u8 = 2;

/// An endless repetition: the characters in it, each at its position in the pattern.
#[derive(Default)]
pub struct Automaton {
    characters: Characters,
    /// The set of characters at each position.
    sets: Vec<usize>,
    /// For each position, those that can follow, and in how many ways.
    follows: Vec<BTreeMap<usize, u8>>,
}

/// A part of the repetition: how many ways it can match no text, begin at a position, and end at one.
#[derive(Default)]
struct Part {
    empty: u8,
    first: Vec<(usize, u8)>,
    last: Vec<(usize, u8)>,
}

impl Automaton {
    pub fn of_endless(ast: &Ast, pattern: &str) -> Self {
        let mut automaton = Self::default();
        automaton.endless(ast, pattern);
        automaton
    }

    pub fn positions(&self) -> impl Iterator<Item = usize> {
        0..self.sets.len()
    }

    pub fn follows(&self, position: usize) -> &BTreeMap<usize, u8> {
        &self.follows[position]
    }

    pub fn overlap(&self, one: usize, other: usize) -> bool {
        self.characters.overlap(self.sets[one], self.sets[other])
    }

    pub fn has_several_ways(&self) -> bool {
        self.follows.iter().any(|follows| follows.values().any(|ways| *ways == SEVERAL))
    }

    fn part(&mut self, ast: &Ast, pattern: &str) -> Part {
        match ast {
            Ast::Empty(_) | Ast::Flags(_) | Ast::Assertion(_) => Part { empty: 1, ..Part::default() },
            Ast::Group(group) => self.part(&group.ast, pattern),
            Ast::Alternation(alternation) => alternation
                .asts
                .iter()
                .map(|ast| self.part(ast, pattern))
                .reduce(Part::or)
                .unwrap_or_default(),
            Ast::Concat(concat) => {
                let nothing = Part { empty: 1, ..Part::default() };
                concat.asts.iter().fold(nothing, |before, ast| {
                    let after = self.part(ast, pattern);
                    self.sequence(before, after)
                })
            }
            Ast::Repetition(repetition) => self.repetition(repetition, pattern),
            Ast::Literal(_)
            | Ast::Dot(_)
            | Ast::ClassUnicode(_)
            | Ast::ClassPerl(_)
            | Ast::ClassBracketed(_) => {
                let span = ast.span();
                self.position(&pattern[span.start.offset..span.end.offset])
            }
        }
    }

    fn position(&mut self, text: &str) -> Part {
        let position = self.sets.len();
        self.sets.push(self.characters.number(text));
        self.follows.push(BTreeMap::new());
        Part { empty: 0, first: vec![(position, 1)], last: vec![(position, 1)] }
    }

    fn repetition(&mut self, repetition: &Repetition, pattern: &str) -> Part {
        let (least, most) = limits(repetition);
        let size = size(&repetition.ast);
        let is_large = size.saturating_mul(most.unwrap_or(least)) > MOST_POSITIONS;
        let (least, most) = if is_large { (least.min(1), None) } else { (least, most) };
        let endless = most.is_none();
        let mut whole = Part { empty: 1, ..Part::default() };
        for _ in 0..least - u32::from(endless && least > 0) {
            let round = self.part(&repetition.ast, pattern);
            whole = self.sequence(whole, round);
        }
        let rest = match most {
            Some(most) => self.optional(&repetition.ast, most - least, pattern),
            None => {
                let rounds = self.endless(&repetition.ast, pattern);
                if least == 0 { Part { empty: 1, ..rounds } } else { rounds.after_empty() }
            }
        };
        self.sequence(whole, rest)
    }

    /// An engine stops a round that may be missing if it matches no text.
    fn optional(&mut self, ast: &Ast, most: u32, pattern: &str) -> Part {
        (0..most).fold(Part { empty: 1, ..Part::default() }, |rest, _| {
            let round = Part { empty: 0, ..self.part(ast, pattern) };
            Part { empty: 1, ..self.sequence(round, rest) }
        })
    }

    fn endless(&mut self, ast: &Ast, pattern: &str) -> Part {
        let round = self.part(ast, pattern);
        self.link(&round.last, &round.first);
        round
    }

    fn sequence(&mut self, before: Part, after: Part) -> Part {
        self.link(&before.last, &after.first);
        Part {
            empty: times(before.empty, after.empty),
            first: before.first.into_iter().chain(scaled(after.first, before.empty)).collect(),
            last: scaled(before.last, after.empty).chain(after.last).collect(),
        }
    }

    fn link(&mut self, last: &[(usize, u8)], first: &[(usize, u8)]) {
        for (before, ways_before) in last {
            for (after, ways_after) in first {
                let ways = self.follows[*before].entry(*after).or_default();
                *ways = plus(*ways, times(*ways_before, *ways_after));
            }
        }
    }
}

impl Part {
    fn or(mut self, other: Self) -> Self {
        self.first.extend(other.first);
        self.last.extend(other.last);
        Self { empty: plus(self.empty, other.empty), ..self }
    }

    /// The first round of `+` can match no text, and the others follow.
    fn after_empty(self) -> Self {
        let ways = plus(1, self.empty);
        Self { first: scaled(self.first, ways).collect(), ..self }
    }
}

fn scaled(positions: Vec<(usize, u8)>, ways: u8) -> impl Iterator<Item = (usize, u8)> {
    let positions = if ways == 0 { Vec::new() } else { positions };
    positions.into_iter().map(move |(position, own)| (position, times(own, ways)))
}

fn plus(one: u8, other: u8) -> u8 {
    (one + other).min(SEVERAL)
}

fn times(one: u8, other: u8) -> u8 {
    (one * other).min(SEVERAL)
}

/// Returns the number of positions.
fn size(ast: &Ast) -> u32 {
    let all = |asts: &[Ast]| asts.iter().map(size).fold(0, u32::saturating_add);
    match ast {
        Ast::Group(group) => size(&group.ast),
        Ast::Alternation(alternation) => all(&alternation.asts),
        Ast::Concat(concat) => all(&concat.asts),
        Ast::Repetition(repetition) => {
            let (least, most) = limits(repetition);
            size(&repetition.ast).saturating_mul(most.unwrap_or(least).max(1))
        }
        Ast::Empty(_) | Ast::Flags(_) | Ast::Assertion(_) => 0,
        _ => 1,
    }
}
