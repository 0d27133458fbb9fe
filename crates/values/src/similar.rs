//! Finds the word that an author probably meant.

/// Returns the most similar word, if one is similar enough for "did you mean". Case counts little.
pub fn closest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let length = word.chars().count();
    let candidates = known.into_iter().filter_map(|candidate| {
        let distance = distance(&word.to_lowercase(), &candidate.to_lowercase());
        let is_similar = distance * 3 <= length.max(candidate.chars().count());
        is_similar.then_some((distance, candidate))
    });
    candidates.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

/// Returns how many letters must be added, removed, replaced or swapped with the next one.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.iter().enumerate() {
        let mut next = vec![at + 1];
        for (index, candidate) in other.iter().enumerate() {
            let replaced = row[index] + usize::from(letter != candidate);
            let mut best = replaced.min(row[index + 1] + 1).min(next[index] + 1);
            let is_swap = at > 0 && index > 0 && one[at - 1] == *candidate && other[index - 1] == *letter;
            if is_swap {
                best = best.min(before[index - 1] + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_similar_word_is_suggested() {
        let keys = ["table", "keys", "stream", "filter", "let", "subject", "grant", "events", "log", "tests"];
        for (word, expected) in [
            ("tabel", Some("table")),
            ("filtr", Some("filter")),
            ("filters", Some("filter")),
            ("Subject", Some("subject")),
            ("evnet", Some("events")),
            ("grants", Some("grant")),
            ("retention", None),
            ("", None),
            ("x", None),
        ] {
            assert_eq!(closest(word, keys), expected, "{word}");
        }
        // Each way to misspell a word counts once.
        for (word, other, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("abcd", "abd", 1),
            ("abd", "abcd", 1),
            ("abcd", "abxd", 1),
            ("abcd", "acbd", 1),
            ("abcd", "badc", 2),
            ("abcd", "xyz", 4),
            ("abcdef", "fedcba", 5),
        ] {
            assert_eq!(distance(word, other), expected, "{word} {other}");
        }
        assert_eq!(closest("newImage", ["OldImage", "NewImage"]), Some("NewImage"));
    }
}
