use super::escape::{Escape, escape};
use super::reader::{Parsed, Reader, no_partner};

/// Characters that have a meaning in a class of the server's engine, and none in ECMA-262.
const SPECIAL: [char; 5] = ['[', '&', '~', '-', '^'];

/// Reads a class after its `[`, and writes it.
pub fn class(reader: &mut Reader<'_>) -> Parsed {
    reader.out.push('[');
    let opening = if reader.skip('^') { "[^" } else { "[" };
    reader.out.push_str(&opening[1..]);
    if reader.peek() == Some(']') {
        return Err(format!("{opening}] is empty: name the characters"));
    }
    while !reader.skip(']') {
        item(reader)?;
    }
    reader.out.push(']');
    Ok(())
}

/// Reads a character, a set or a range.
fn item(reader: &mut Reader<'_>) -> Parsed {
    let start = reader.rest();
    let first = atom(reader)?;
    let is_range = reader.rest().starts_with('-') && !reader.rest().starts_with("-]");
    if !is_range {
        return Ok(());
    }
    let written = |reader: &Reader<'_>| start[..start.len() - reader.rest().len()].to_owned();
    let Some(first) = first else {
        return Err(format!("- after {} is no range: escape it with a backslash", written(reader)));
    };
    reader.skip('-');
    reader.out.push('-');
    match atom(reader)? {
        Some(last) if first <= last => Ok(()),
        Some(_) => Err(format!("{} is no range: its start is after its end", written(reader))),
        None => Err(format!("{} is no range: escape the - with a backslash", written(reader))),
    }
}

/// Reads a character or a set. Returns the character.
fn atom(reader: &mut Reader<'_>) -> Parsed<Option<char>> {
    let start = reader.position();
    match reader.next().ok_or_else(|| no_partner('['))? {
        '\\' => match escape(reader, true)? {
            Escape::Character(character) => Ok(Some(character)),
            Escape::Set => Ok(None),
        },
        letter => {
            if SPECIAL.contains(&letter) {
                reader.out.push('\\');
            }
            reader.keep_from(start);
            Ok(Some(letter))
        }
    }
}
