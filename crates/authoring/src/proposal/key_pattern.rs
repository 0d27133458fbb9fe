use super::quoting::quoted;

/// Words at the end of a key that name no kind: they mark the item that describes its partition.
const ROOTS: [&str; 7] = ["METADATA", "META", "PROFILE", "INFO", "DETAILS", "ROOT", "DATA"];

/// The words of a key that is made of words and values: ORDER and ITEM of `ORDER#1#ITEM#2`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyPattern {
    words: Vec<Word>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Word {
    text: String,
    /// True if nothing follows: PROFILE in `USER#1#PROFILE`.
    is_last: bool,
}

impl KeyPattern {
    /// Reads a key. The first part is a word. A later part is a word if it follows a value and is in upper
    /// case, because a value can stand there too.
    pub fn read(key: &str) -> Option<Self> {
        let parts: Vec<&str> = key.split('#').collect();
        let end = parts.len() - 1;
        let is_root = end == 0 && ROOTS.contains(&key);
        let is_prefix = end > 0 && is_word(parts[0]);
        let words =
            parts.iter().enumerate().step_by(2).filter(|(at, part)| {
                *at == 0 || (is_upper_case(part) && (*at < end || ROOTS.contains(part)))
            });
        let word = |(at, part): (usize, &&str)| Word { text: (*part).to_owned(), is_last: at == end };
        (is_root || is_prefix).then(|| Self { words: words.map(word).collect() })
    }

    /// Returns the words that name the kind: `ORDER-ITEM`. Empty for a key such as `METADATA`.
    pub fn noun(&self) -> String {
        let names = self.words.iter().filter(|word| !word.is_last).map(|word| word.text.as_str());
        names.collect::<Vec<_>>().join("-")
    }

    /// Returns a key of this pattern: `ORDER#1#ITEM#1`.
    pub fn example(&self) -> String {
        let part = |word: &Word| if word.is_last { word.text.clone() } else { format!("{}#1", word.text) };
        self.words.iter().map(part).collect::<Vec<_>>().join("#")
    }

    /// Returns the condition that `path` has this pattern, and none of the `others` that begin like it.
    pub fn condition(&self, path: &str, others: &[&Self]) -> String {
        let own = self.words.iter().enumerate().map(|(at, word)| word.test(at == 0, path));
        let longer = others.iter().filter_map(|other| {
            other.words.get(self.words.len()).filter(|_| other.words.starts_with(&self.words))
        });
        let mut excluded: Vec<String> = longer.map(|word| format!("!{}", word.test(false, path))).collect();
        excluded.dedup();
        own.chain(excluded).collect::<Vec<_>>().join(" && ")
    }
}

impl Word {
    fn test(&self, is_first: bool, path: &str) -> String {
        match (is_first, self.is_last) {
            (true, true) => format!("{path} == {}", quoted(&self.text)),
            (true, false) => format!("{path}.startsWith({})", quoted(&format!("{}#", self.text))),
            (false, true) => format!("{path}.endsWith({})", quoted(&format!("#{}", self.text))),
            (false, false) => format!("{path}.contains({})", quoted(&format!("#{}#", self.text))),
        }
    }
}

pub fn is_word(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.len() <= 40
        && text.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_".contains(&it))
}

fn is_upper_case(text: &str) -> bool {
    is_word(text) && text.bytes().all(|it| it.is_ascii_uppercase() || b"-_".contains(&it))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(key: &str) -> Option<Vec<String>> {
        let pattern = KeyPattern::read(key)?;
        Some(pattern.words.into_iter().map(|word| word.text).collect())
    }

    #[test]
    fn a_key_is_read_as_words_and_values() {
        for (key, expected) in [
            ("ORDER#1", &["ORDER"][..]),
            ("ORDER#1#ITEM#2", &["ORDER", "ITEM"]),
            ("ORDER#1#METADATA", &["ORDER", "METADATA"]),
            ("PROFILE", &["PROFILE"]),
            ("COUNTRY#CH", &["COUNTRY"]),
            ("ORDER#1#EUR", &["ORDER"]),
            ("order#1#acme#2", &["order"]),
            ("ORDER#2026-01-01#77", &["ORDER"]),
        ] {
            assert_eq!(words(key).unwrap(), expected, "{key}");
        }
        for key in ["1001", "$app#x", "settings", "#a", "1#ORDER#2", ""] {
            assert_eq!(words(key), None, "{key}");
        }
    }

    #[test]
    fn a_condition_excludes_longer_patterns() {
        let (order, item) =
            (KeyPattern::read("ORDER#1").unwrap(), KeyPattern::read("ORDER#1#ITEM#2").unwrap());
        let others = [&order, &item];
        assert_eq!(order.condition("k", &others), r##"k.startsWith("ORDER#") && !k.contains("#ITEM#")"##);
        assert_eq!(item.condition("k", &others), r##"k.startsWith("ORDER#") && k.contains("#ITEM#")"##);
        let profile = KeyPattern::read("PROFILE").unwrap();
        assert_eq!(
            (profile.condition("k", &others), profile.noun()),
            (r#"k == "PROFILE""#.to_owned(), String::new())
        );
        assert_eq!((item.example(), item.noun()), ("ORDER#1#ITEM#1".to_owned(), "ORDER-ITEM".to_owned()));
    }
}
