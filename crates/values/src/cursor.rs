//! A cursor over JSON text. It builds only the values that a caller reads, and skips the rest. `enrich` is
//! fast because it skips most of a record.

use std::borrow::Cow;

use memchr::memchr2;

use crate::located::Located;

#[derive(Debug, Clone)]
pub struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next byte that is not white space; 0 at the end.
    pub fn peek(&mut self) -> u8 {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            match byte {
                b' ' | b'\n' | b'\r' | b'\t' => self.at += 1,
                _ => return *byte,
            }
        }
        0
    }

    /// The current line, from 1.
    pub fn line(&self) -> u64 {
        1 + self.text.bytes().take(self.at).filter(|byte| *byte == b'\n').count() as u64
    }

    /// Skips `text` if it comes next.
    pub fn eat(&mut self, text: &str) -> bool {
        let comes = self.text.as_bytes()[self.at..].starts_with(text.as_bytes());
        self.at += if comes { text.len() } else { 0 };
        comes
    }

    pub fn string(&mut self) -> Result<Cow<'a, str>, Located> {
        if self.peek() != b'"' {
            return Err(Located::here("is not a string"));
        }
        let start = self.at;
        let escaped = self.skip_string()?;
        match escaped {
            false => Ok(Cow::Borrowed(&self.text[start + 1..self.at - 1])),
            true => {
                let text = serde_json::from_str(&self.text[start..self.at]);
                text.map(Cow::Owned).map_err(|_| Located::here("is not a well-formed string"))
            }
        }
    }

    /// A string, or nothing for `null`.
    pub fn optional_string(&mut self) -> Result<Option<Cow<'a, str>>, Located> {
        match self.peek() {
            b'n' => self.scalar().map(|_| None),
            _ => self.string().map(Some),
        }
    }

    /// The text of a number, `true`, `false` or `null`.
    pub fn scalar(&mut self) -> Result<&'a str, Located> {
        self.peek();
        let rest = &self.text[self.at..];
        let ends = |byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t');
        let end = rest.bytes().position(ends).unwrap_or(rest.len());
        match rest[..end].starts_with(['"', '{', '[']) || end == 0 {
            true => Err(Located::here("is not a number, true, false or null")),
            false => {
                self.at += end;
                Ok(&rest[..end])
            }
        }
    }

    /// Calls `member` for each member. The callback must read or skip the value.
    pub fn object(
        &mut self,
        mut member: impl FnMut(&mut Self, Cow<'a, str>) -> Result<(), Located>,
    ) -> Result<(), Located> {
        self.all(b'{', b'}', "is not an object", |cursor| {
            let name = cursor.string()?;
            cursor.expect(b':')?;
            member(cursor, name)
        })
    }

    /// Calls `element` for each element. The callback must read or skip it.
    pub fn array(&mut self, element: impl FnMut(&mut Self) -> Result<(), Located>) -> Result<(), Located> {
        self.all(b'[', b']', "is not an array", element)
    }

    fn all(
        &mut self,
        open: u8,
        close: u8,
        otherwise: &'static str,
        mut each: impl FnMut(&mut Self) -> Result<(), Located>,
    ) -> Result<(), Located> {
        if self.peek() != open {
            return Err(Located::here(otherwise));
        }
        self.at += 1;
        if self.peek() == close {
            self.at += 1;
            return Ok(());
        }
        loop {
            each(self)?;
            match self.peek() {
                b',' => self.at += 1,
                byte if byte == close => break,
                _ => return Err(Located::here("is not well-formed JSON")),
            }
        }
        self.at += 1;
        Ok(())
    }

    fn expect(&mut self, byte: u8) -> Result<(), Located> {
        if self.peek() != byte {
            return Err(Located::here("is not well-formed JSON"));
        }
        self.at += 1;
        Ok(())
    }

    /// Skips a value of any depth.
    pub fn skip(&mut self) -> Result<(), Located> {
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                b'"' => _ = self.skip_string()?,
                b'{' | b'[' => (depth, self.at) = (depth + 1, self.at + 1),
                b'}' | b']' if depth > 0 => (depth, self.at) = (depth - 1, self.at + 1),
                b',' | b':' if depth > 0 => self.at += 1,
                _ => _ = self.scalar()?,
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }

    /// The text of a value of any depth.
    pub fn raw(&mut self) -> Result<&'a str, Located> {
        self.peek();
        let start = self.at;
        self.skip()?;
        Ok(&self.text[start..self.at])
    }

    /// Returns whether the string has escapes. Most have none; inlining that case saves a fifth of the
    /// cursor's work.
    #[inline(always)]
    fn skip_string(&mut self) -> Result<bool, Located> {
        let bytes = self.text.as_bytes();
        let start = self.at + 1;
        match quote_or_escape(&bytes[start..]) {
            Some(length) if bytes[start + length] == b'"' => {
                self.at = start + length + 1;
                Ok(false)
            }
            _ => self.skip_escaped_string().map(|()| true),
        }
    }

    #[cold]
    fn skip_escaped_string(&mut self) -> Result<(), Located> {
        let bytes = self.text.as_bytes();
        let mut at = self.at + 1;
        while let Some(found) = bytes.get(at..).and_then(quote_or_escape) {
            at += found + 1;
            if bytes[at - 1] == b'"' {
                self.at = at;
                return Ok(());
            }
            at += 1;
        }
        Err(Located::here("is a string without a closing quote"))
    }
}

/// Finds the first `"` or `\\`. Most strings of a record are short, where `memchr` takes longer to start than
/// to search.
fn quote_or_escape(text: &[u8]) -> Option<usize> {
    const SHORT: usize = 2;
    let (words, _) = text.as_chunks();
    let first = words.iter().take(SHORT).enumerate().find_map(|(at, word)| Some(8 * at + mark(*word)?));
    first.or_else(|| memchr2(b'"', b'\\', text))
}

/// The index of the first `"` or `\` in eight bytes, tested together (Mycroft's test for a zero byte).
fn mark(bytes: [u8; 8]) -> Option<usize> {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    let equal = |byte: u8| {
        let zero_where_equal = u64::from_le_bytes(bytes) ^ (ONES * u64::from(byte));
        zero_where_equal.wrapping_sub(ONES) & !zero_where_equal & (ONES << 7)
    };
    match equal(b'"') | equal(b'\\') {
        0 => None,
        marks => Some(marks.trailing_zeros() as usize / 8),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value as Json;

    use super::*;

    /// Reads a whole value with only the cursor.
    fn read(cursor: &mut Cursor<'_>) -> Result<Json, Located> {
        match cursor.peek() {
            b'"' => cursor.string().map(|text| text.into()),
            b'{' => {
                let mut fields = serde_json::Map::new();
                cursor
                    .object(|cursor, name| read(cursor).map(|value| _ = fields.insert(name.into(), value)))?;
                Ok(fields.into())
            }
            b'[' => {
                let mut values = Vec::new();
                cursor.array(|cursor| read(cursor).map(|value| values.push(value)))?;
                Ok(values.into())
            }
            _ => cursor.scalar().map(|text| serde_json::from_str(text).unwrap_or_default()),
        }
    }

    fn document() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            any::<i64>().prop_map(Json::from),
            "[\\PC\"\\\\\n\u{1f}]{0,9}|[a-z\"]{0,30}".prop_map(Json::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            let object = prop::collection::btree_map("[a\"\\\\é]{0,3}", inner.clone(), 0..4);
            prop_oneof![
                prop::collection::vec(inner, 0..4).prop_map(Json::from),
                object.prop_map(|fields| fields.into_iter().collect::<serde_json::Map<_, _>>().into()),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_written_document_is_read_and_skipped(document in document(), pretty: bool) {
            let text = if pretty { serde_json::to_string_pretty(&document) } else { serde_json::to_string(&document) };
            let text = text.unwrap() + " ,";
            prop_assert_eq!(read(&mut Cursor::new(&text)), Ok(document));
            let mut cursor = Cursor::new(&text);
            prop_assert_eq!(cursor.skip(), Ok(()));
            prop_assert_eq!(cursor.peek(), b',');
        }

        #[test]
        fn the_first_quote_or_escape_is_found_at_every_place(
            text in "[a!#\\[\\]\u{7f}é]{0,30}[\"\\\\!#\\[\\]]{0,9}",
        ) {
            let expected = text.bytes().position(|byte| matches!(byte, b'"' | b'\\'));
            prop_assert_eq!(quote_or_escape(text.as_bytes()), expected);
        }

        #[test]
        fn no_text_causes_a_panic(text in "[\\[\\]{}:,\"\\\\ 1tné]{0,12}") {
            _ = read(&mut Cursor::new(&text));
            _ = Cursor::new(&text).skip();
        }
    }

    #[test]
    fn every_way_to_read_takes_what_it_read_and_no_more() {
        let mut cursor = Cursor::new(" \"a\" null\n\r\t[1, {}] x");
        assert!(!cursor.eat("\"a\""), "white space comes first");
        cursor.peek();
        assert!(!cursor.eat("\"a\"x") && cursor.eat("\"a"));
        assert_eq!((cursor.peek(), cursor.line()), (b'"', 1));
        let mut cursor = Cursor::new(" \"a\" null\n\r\t[1, {}] x");
        assert_eq!(cursor.optional_string(), Ok(Some("a".into())));
        assert_eq!(cursor.optional_string(), Ok(None));
        assert_eq!((cursor.raw(), cursor.line()), (Ok("[1, {}]"), 2));
        assert_eq!((cursor.peek(), cursor.scalar(), cursor.peek()), (b'x', Ok("x"), 0));
        assert!(Cursor::new("1").optional_string().is_err());
    }

    #[test]
    fn a_list_that_closes_wrongly_is_not_well_formed() {
        for text in ["[1}", "{\"a\":1]", "[1", "[1:", "{\"a\":1,", "{\"a\"}", "[1 2]"] {
            assert!(read(&mut Cursor::new(text)).is_err(), "{text}");
        }
        for text in ["}", "]", ",", "", " ", "[", "{", "\"", "\"a", "\"\\\"", "\"aaaaaaaaaaaaaaaaaaaaaaa"] {
            assert!(Cursor::new(text).skip().is_err(), "{text}");
        }
        assert_eq!(Cursor::new("\"a\\nb\"").string(), Ok("a\nb".into()));
        assert!(Cursor::new("\"a\\xb\"").string().is_err());
    }

    #[test]
    fn a_value_of_any_depth_is_skipped() {
        let text = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
        assert_eq!(Cursor::new(&text).skip(), Ok(()));
    }
}
