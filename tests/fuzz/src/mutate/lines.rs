use std::ops::Range;

use fastrand::Rng;

use super::{odd, pick};

/// Changes one to four parts of a text.
pub fn changed(rng: &mut Rng, input: &str, other: &str, words: &[&str]) -> String {
    let mut text = input.to_owned();
    for _ in 0..rng.u8(1..=4) {
        change(rng, &mut text, other, words);
    }
    text
}

fn change(rng: &mut Rng, text: &mut String, other: &str, words: &[&str]) {
    let range = if text.contains('\n') && rng.bool() { lines(rng, text) } else { part(rng, text) };
    match rng.u8(..9) {
        0 => text.replace_range(range, ""),
        1 => {
            let copy = text[range.clone()].to_owned();
            text.insert_str(range.end, &copy);
        }
        2 => text.replace_range(range, &other[part(rng, other)]),
        3 => text.replace_range(range, odd::part(rng, words)),
        4 => text.insert_str(range.start, odd::part(rng, words)),
        5 => text.insert_str(range.start, &odd::text(rng, words)),
        6 => text.insert_str(range.start, pick::one(rng, &[" ", "  ", "\n", "- ", "\t"])),
        7 => text.replace_range(range.clone(), &next(&text[range])),
        _ => {
            let copy = text[part(rng, text)].to_owned();
            text.replace_range(range, &copy);
        }
    }
}

/// A few letters.
fn part(rng: &mut Rng, text: &str) -> Range<usize> {
    let start = text.floor_char_boundary(rng.usize(..=text.len()));
    let most = if rng.bool() { 2 } else { 32 };
    start..text.ceil_char_boundary((start + rng.usize(1..=most)).min(text.len()))
}

/// One line, with its end.
fn lines(rng: &mut Rng, text: &str) -> Range<usize> {
    let at = text.floor_char_boundary(rng.usize(..=text.len()));
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    start..text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

/// The same text with other digits, and the case of letters turned.
fn next(text: &str) -> String {
    let turned = |letter: char| match letter {
        '0'..='8' => char::from_u32(u32::from(letter) + 1).unwrap_or(letter),
        _ if letter.is_lowercase() => letter.to_ascii_uppercase(),
        _ => letter.to_ascii_lowercase(),
    };
    text.chars().map(turned).collect()
}
