use super::escape::{Escape, escape};
use super::parser::{Parsed, Parser, no_partner};

/// Characters that have a meaning in a class of the server's engine, and none in ECMA-262.
const SPECIAL: [char; 5] = ['[', '&', '~', '-', '^'];

/// Reads a class after its `[`, and writes it.
pub fn class(parser: &mut Parser<'_>) -> Parsed {
    parser.out.push('[');
    let opening = if parser.skip('^') { "[^" } else { "[" };
    parser.out.push_str(&opening[1..]);
    if parser.peek() == Some(']') {
        return Err(format!("{opening}] is empty: name the characters"));
    }
    while !parser.skip(']') {
        item(parser)?;
    }
    parser.out.push(']');
    Ok(())
}

/// Reads a character, a set or a range.
fn item(parser: &mut Parser<'_>) -> Parsed {
    let start = parser.rest();
    let first = atom(parser)?;
    let is_range = parser.rest().starts_with('-') && !parser.rest().starts_with("-]");
    if !is_range {
        return Ok(());
    }
    let written = |parser: &Parser<'_>| start[..start.len() - parser.rest().len()].to_owned();
    let Some(first) = first else {
        return Err(format!("- after {} is no range: escape it with a backslash", written(parser)));
    };
    parser.skip('-');
    parser.out.push('-');
    match atom(parser)? {
        Some(last) if first <= last => Ok(()),
        Some(_) => Err(format!("{} is no range: its start is after its end", written(parser))),
        None => Err(format!("{} is no range: escape the - with a backslash", written(parser))),
    }
}

/// Reads a character or a set. Returns the character.
fn atom(parser: &mut Parser<'_>) -> Parsed<Option<char>> {
    let start = parser.position();
    match parser.next().ok_or_else(|| no_partner('['))? {
        '\\' => match escape(parser, true)? {
            Escape::Character(character) => Ok(Some(character)),
            Escape::Set => Ok(None),
        },
        letter => {
            if SPECIAL.contains(&letter) {
                parser.out.push('\\');
            }
            parser.keep_from(start);
            Ok(Some(letter))
        }
    }
}
