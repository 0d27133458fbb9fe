use super::property;
use super::reader::{Parsed, Reader, no_partner};

/// The meaning of an escape.
pub enum Escape {
    Character(char),
    /// Many characters: `\d`, `\p{L}`.
    Set,
}

/// Reads an escape outside of a class, after its backslash, and writes it.
pub fn outside(reader: &mut Reader<'_>) -> Parsed {
    match reader.peek() {
        Some('B') => Err(r"\B is not supported by the server".to_owned()),
        Some(digit @ '1'..='9') => {
            Err(format!(r"\{digit} is a backreference, and the engine of the server has none"))
        }
        Some('k') => Err(r"\k is a backreference, and the engine of the server has none".to_owned()),
        _ => escape(reader, false).map(|_| ()),
    }
}

/// Reads an escape that can also stand in a class, after its backslash, and writes it.
pub fn escape(reader: &mut Reader<'_>, is_in_class: bool) -> Parsed<Escape> {
    let start = reader.position() - 1;
    let letter = reader.next().ok_or_else(|| no_partner('\\'))?;
    let character = match letter {
        'd' | 'D' | 'w' | 'W' | 's' | 'S' => {
            reader.keep_from(start);
            return Ok(Escape::Set);
        }
        'p' | 'P' => return property(reader, start),
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        '^' | '$' | '\\' | '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '/' => letter,
        '-' if is_in_class => letter,
        _ => return number(reader, letter, is_in_class).map(Escape::Character),
    };
    reader.keep_from(start);
    Ok(Escape::Character(character))
}

/// Reads an escape with the number of a character, and writes it in hexadecimal.
fn number(reader: &mut Reader<'_>, letter: char, is_in_class: bool) -> Parsed<char> {
    let start = reader.position();
    let character = match letter {
        '0' if !reader.peek().is_some_and(|next| next.is_ascii_digit()) => Some('\0'),
        'b' if is_in_class => Some('\x08'),
        'c' => reader.next().filter(char::is_ascii_alphabetic).map(|letter| char::from(letter as u8 % 32)),
        'x' => hexadecimal(reader, 2).and_then(char::from_u32),
        'u' => unicode(reader)?,
        _ => None,
    };
    let character = character.ok_or_else(|| unknown(letter, is_in_class))?;
    match letter {
        'x' => {
            reader.out.push_str(r"\x");
            reader.keep_from(start);
        }
        _ => reader.out.push_str(&format!(r"\x{{{:X}}}", character as u32)),
    }
    Ok(character)
}

/// Reads `0041`, `{1F600}` or a pair of surrogates.
fn unicode(reader: &mut Reader<'_>) -> Parsed<Option<char>> {
    if reader.skip('{') {
        let digits = reader.rest().split('}').next().unwrap_or_default().to_owned();
        reader.advance(digits.len());
        let value = u32::from_str_radix(&digits, 16).ok().filter(|_| !digits.starts_with('+'));
        return Ok(value.filter(|_| reader.skip('}')).and_then(char::from_u32));
    }
    let Some(high) = hexadecimal(reader, 4) else { return Ok(None) };
    if !(0xD800..0xE000).contains(&high) {
        return Ok(char::from_u32(high));
    }
    let half = || format!(r"\u{high:04X} is half of a character");
    let low = reader.rest().strip_prefix(r"\u").and_then(|rest| rest.get(..4)).ok_or_else(half)?;
    let low = u16::from_str_radix(low, 16).map_err(|_| half())?;
    reader.advance(r"\uDE00".len());
    let pair = char::decode_utf16([high as u16, low]).next();
    pair.and_then(Result::ok).map(Some).ok_or_else(half)
}

fn hexadecimal(reader: &mut Reader<'_>, digits: usize) -> Option<u32> {
    let text =
        reader.rest().get(..digits).filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    reader.advance(digits);
    u32::from_str_radix(text, 16).ok()
}

/// Reads `{L}` or `{Script=Greek}` after `\p`.
fn property(reader: &mut Reader<'_>, start: usize) -> Parsed<Escape> {
    let braced = reader.rest().strip_prefix('{').and_then(|rest| rest.split_once('}'));
    let Some((name, _)) = braced else {
        return Err(r"\p needs a property in braces, such as \p{L}".to_owned());
    };
    if !property::is_known(name) {
        let advice = match property::suggestion(name) {
            Some(name) => format!(r"use \p{{{name}}}"),
            None => "list the characters".to_owned(),
        };
        return Err(format!(r"\p{{{name}}} is no property that server and clients know: {advice}"));
    }
    reader.advance(name.len() + 2);
    reader.keep_from(start);
    Ok(Escape::Set)
}

fn unknown(letter: char, is_in_class: bool) -> String {
    match letter {
        'z' | 'Z' => format!(r"\{letter} is no escape of ECMA-262: use $ for the end of the text"),
        'A' => r"\A is no escape of ECMA-262: use ^ for the start of the text".to_owned(),
        _ if letter.is_ascii_alphanumeric() || is_in_class => {
            format!(r"\{letter} is no escape of ECMA-262")
        }
        _ => format!(r"\{letter} is no escape of ECMA-262 here: remove the backslash"),
    }
}
