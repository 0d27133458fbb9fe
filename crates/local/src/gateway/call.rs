/// The id and the time of one call of a function.
#[derive(Debug)]
pub struct Call {
    pub request_id: String,
    /// Milliseconds since 1970.
    pub at: u64,
}
