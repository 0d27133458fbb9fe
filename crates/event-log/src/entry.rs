/// An event to append.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'e> {
    /// The same in every retry of the event.
    pub id: &'e str,
    /// The event's JSON, with the same `id`, and without `late`.
    pub text: &'e str,
}
