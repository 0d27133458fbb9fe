//! Finds names that occur twice in one object of a JSON text. Readers keep the last one, or the first.

use std::collections::BTreeSet;

use tablecast_values::cursor::Cursor;
use tablecast_values::located::Located;
use tablecast_values::pointer::escaped;

/// The first name that occurs twice: its path, and its line.
pub struct Repeated {
    pub path: String,
    pub name: String,
    pub line: u64,
}

/// The text must be well-formed.
pub fn first(text: &str) -> Option<Repeated> {
    let mut found = None;
    visit(&mut Cursor::new(text), "", &mut found).ok()?;
    found
}

fn visit(cursor: &mut Cursor<'_>, path: &str, found: &mut Option<Repeated>) -> Result<(), Located> {
    match cursor.peek() {
        b'{' => {
            let mut names = BTreeSet::new();
            cursor.object(|cursor, name| {
                let path = format!("{path}/{}", escaped(&name));
                if !names.insert(name.clone()) && found.is_none() {
                    *found =
                        Some(Repeated { path: path.clone(), name: name.into_owned(), line: cursor.line() });
                }
                visit(cursor, &path, found)
            })
        }
        b'[' => {
            let mut index = 0;
            cursor.array(|cursor| {
                index += 1;
                visit(cursor, &format!("{path}/{}", index - 1), found)
            })
        }
        _ => cursor.skip(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_occurs_twice_has_its_path_and_line() {
        let found = |text: &str| first(text).map(|it| (it.path, it.name, it.line));
        let at = |path: &str, name: &str, line| Some((path.to_owned(), name.to_owned(), line));
        assert_eq!(found("{\"a\": 1,\n\"b\": {\"c\": 1,\n\"c\": 2}}"), at("/b/c", "c", 3));
        assert_eq!(found("{\"a\": [{}, {\"x/y\": 1, \"x\\u002fy\": 2}]}"), at("/a/1/x~1y", "x/y", 1));
        assert_eq!(found("{\"a\": {\"b\": 1}, \"c\": {\"b\": 1}, \"d\": [\"a\", \"a\"]}"), None);
    }
}
