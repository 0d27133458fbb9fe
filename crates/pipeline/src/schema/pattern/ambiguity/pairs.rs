use std::collections::HashSet;

use super::automaton::Automaton;

/// A search that takes more steps counts as ambiguous: such patterns are better written shorter.
const MOST_STEPS: usize = 1_000_000;

/// Returns whether two ways that begin at one position can match the same text and end at one position. Each position of
/// an endless repetition leads to each other one, so such a way can be repeated.
pub fn is_ambiguous(automaton: &Automaton) -> bool {
    automaton.has_several_ways() || Search { automaton, seen: HashSet::new(), steps: 0 }.meets()
}

struct Search<'a> {
    automaton: &'a Automaton,
    /// The pairs of different positions that two ways can reach with the same text.
    seen: HashSet<(usize, usize)>,
    steps: usize,
}

impl Search<'_> {
    fn meets(&mut self) -> bool {
        let mut open = Vec::new();
        // Here both ways are at the same position, and not yet different. Many positions have the same ones after them.
        let mut starts = HashSet::new();
        for position in self.automaton.positions() {
            if starts.insert(self.automaton.follows(position)) {
                self.step((position, position), &mut open);
            }
        }
        while let Some(pair) = open.pop() {
            if self.step(pair, &mut open) || self.steps > MOST_STEPS {
                return true;
            }
        }
        self.steps > MOST_STEPS
    }

    /// Adds the pairs that follow. Returns whether two ways meet.
    fn step(&mut self, (one, other): (usize, usize), open: &mut Vec<(usize, usize)>) -> bool {
        let mut meets = false;
        for next in self.automaton.follows(one).keys() {
            for other_next in self.automaton.follows(other).keys() {
                self.steps += 1;
                let pair = (*next.min(other_next), *next.max(other_next));
                if next == other_next {
                    meets = true;
                } else if self.automaton.overlap(*next, *other_next) && self.seen.insert(pair) {
                    open.push(pair);
                }
            }
        }
        meets
    }
}
