use tablecast_protocol::message::Subscribe;

/// A step of a message that the server handles. Messages run concurrently.
pub enum Step {
    Announce(Subscribe),
    Send(String),
    Store(Subscribe),
    CatchUp { message: Subscribe, replayed: Vec<(String, usize)> },
    Remove(Vec<String>),
    Pong(Option<String>),
}
