/// A pattern as it is read, and its translation.
pub struct Reader<'p> {
    pattern: &'p str,
    /// The byte offset of the next character.
    at: usize,
    pub out: String,
}

pub type Parsed<T = ()> = Result<T, String>;

impl<'p> Reader<'p> {
    pub fn new(pattern: &'p str) -> Self {
        Self { pattern, at: 0, out: String::new() }
    }

    pub fn rest(&self) -> &'p str {
        &self.pattern[self.at..]
    }

    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub fn next(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.at += letter.len_utf8();
        Some(letter)
    }

    /// Skips this character, if it is the next one.
    pub fn skip(&mut self, letter: char) -> bool {
        let is_next = self.peek() == Some(letter);
        self.at += if is_next { letter.len_utf8() } else { 0 };
        is_next
    }

    pub fn advance(&mut self, bytes: usize) {
        self.at += bytes;
    }

    pub fn position(&self) -> usize {
        self.at
    }

    /// Copies the text since this offset.
    pub fn keep_from(&mut self, start: usize) {
        self.out.push_str(&self.pattern[start..self.at]);
    }
}

pub fn no_partner(letter: char) -> String {
    format!("{letter} has no partner: escape it with a backslash")
}
