//! On which line of a file a path is.

mod yaml;

use tablecast_definitions::problem::{Problem, Source};
use tablecast_values::cursor::Cursor;
use tablecast_values::located::Located;
use tablecast_values::pointer::steps;

pub use yaml::{Lines, Word};

/// Gives each problem its line, where it has none, and puts them in the order of the files.
pub fn located(mut problems: Vec<Problem>, sources: &[Source]) -> Vec<Problem> {
    for problem in problems.iter_mut().filter(|problem| problem.line.is_none() && !problem.path.is_empty()) {
        let source = sources.iter().find(|source| source.file == problem.file);
        problem.line = source.and_then(|source| line(&source.text, &problem.path));
    }
    problems.sort_by(|left, right| {
        (&left.file, left.line, &left.path).cmp(&(&right.file, right.line, &right.path))
    });
    problems
}

/// The line of what the path names, or of the last of its steps that there is.
fn line(text: &str, path: &str) -> Option<u64> {
    match path.starts_with('/') {
        true => find(&mut Cursor::new(text), &steps(path)).ok(),
        false => Lines::read(text)?.of(path),
    }
}

fn find(cursor: &mut Cursor<'_>, steps: &[String]) -> Result<u64, Located> {
    let byte = cursor.peek();
    let (mut line, mut at) = (cursor.line(), 0);
    let Some((first, rest)) = steps.split_first() else { return cursor.skip().map(|()| line) };
    let mut visit = |cursor: &mut Cursor<'_>, is_it: bool| match is_it {
        true => find(cursor, rest).map(|found| line = found),
        false => cursor.skip(),
    };
    match byte {
        b'{' => cursor.object(|cursor, name| visit(cursor, name == *first))?,
        b'[' => cursor.array(|cursor| {
            at += 1;
            visit(cursor, (at - 1).to_string() == *first)
        })?,
        _ => cursor.skip()?,
    }
    Ok(line)
}
