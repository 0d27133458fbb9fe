use crate::proposal::cel_path::CelPath;

/// The location of a value, which limits the expressions that are possible.
#[derive(Clone, Copy)]
pub struct Context<'c> {
    pub path: &'c CelPath,
    /// The name of the attribute.
    pub name: &'c str,
    /// The path for messages: `address.street`.
    pub label: &'c str,
    pub depth: usize,
    /// True inside of an array's elements, where the pipeline evaluates plain expressions only.
    pub is_in_array: bool,
}

impl Context<'_> {
    /// Returns true if an expression cannot convert the elements of a list here. An expression has at most
    /// two loops, and an optional value takes one.
    pub fn has_no_loop_left(self) -> bool {
        self.is_in_array || self.path.is_optional
    }
}
