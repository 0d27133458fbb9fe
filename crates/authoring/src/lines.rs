//! Finds the line of a path in a YAML or JSON file.

use tablecast_definitions::problem::{DefinitionFile, Problem};
use tablecast_values::cursor::Cursor;
use tablecast_values::located::Located;
use tablecast_values::pointer::tokens;

use crate::yaml::YamlTree;

/// Adds the line to each problem that has none, and sorts the problems by file and line.
pub fn with_lines(mut problems: Vec<Problem>, files: &[DefinitionFile]) -> Vec<Problem> {
    for problem in problems.iter_mut().filter(|problem| problem.line.is_none() && !problem.path.is_empty()) {
        let file = files.iter().find(|file| file.file == problem.file);
        problem.line = file.and_then(|file| line(&file.text, &problem.path));
    }
    problems.sort_by(|left, right| {
        (&left.file, left.line, &left.path).cmp(&(&right.file, right.line, &right.path))
    });
    problems
}

/// Returns the line of the path's last segment that the file has.
fn line(text: &str, path: &str) -> Option<u64> {
    match path.starts_with('/') {
        true => json_line(&mut Cursor::new(text), &tokens(path)).ok(),
        false => YamlTree::parse(text)?.line(path),
    }
}

fn json_line(cursor: &mut Cursor<'_>, segments: &[String]) -> Result<u64, Located> {
    let first_byte = cursor.peek();
    let (mut line, mut index) = (cursor.line(), 0);
    let Some((first, rest)) = segments.split_first() else { return cursor.skip().map(|()| line) };
    let mut visit = |cursor: &mut Cursor<'_>, is_match: bool| match is_match {
        true => json_line(cursor, rest).map(|found| line = found),
        false => cursor.skip(),
    };
    match first_byte {
        b'{' => cursor.object(|cursor, name| visit(cursor, name == *first))?,
        b'[' => cursor.array(|cursor| {
            index += 1;
            visit(cursor, (index - 1).to_string() == *first)
        })?,
        _ => cursor.skip()?,
    }
    Ok(line)
}
