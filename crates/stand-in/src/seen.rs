use serde_json::Value;

/// The requests so far, in order.
#[derive(Debug, Default)]
pub struct Seen {
    /// The connection and the frame of each post.
    pub posts: Vec<(String, String)>,
    /// The connection of each attempt to close one.
    pub closed: Vec<String>,
    /// The function and the payload of each asynchronous invocation.
    pub invocations: Vec<(String, Value)>,
    /// The operation and the body of each request to DynamoDB or EventBridge.
    pub calls: Vec<(String, Value)>,
    /// The number of items that each Query read, by table.
    pub items_read: Vec<(String, u64)>,
    /// The units of each successful request to DynamoDB, as the database counts them.
    pub consumed: Vec<Consumed>,
}

/// The capacity units of one request.
#[derive(Debug)]
pub struct Consumed {
    pub table: String,
    pub operation: String,
    /// The partition key. A transaction has that of its first item.
    pub partition: Option<String>,
    pub units: f64,
}

impl Seen {
    /// The frames that a connection received.
    pub fn frames(&self, connection: &str) -> Vec<String> {
        let frames = self.posts.iter().filter(|(id, _)| id == connection);
        frames.map(|(_, frame)| frame.clone()).collect()
    }

    /// The entries of each PutEvents.
    pub fn puts(&self) -> Vec<Vec<Value>> {
        let puts = self.calls.iter().filter(|(operation, _)| operation == "PutEvents");
        puts.map(|(_, body)| body["Entries"].as_array().unwrap().clone()).collect()
    }

    /// The units that one operation on the items of a table consumed.
    pub fn units(&self, table: &str, operation: &str) -> f64 {
        let is_of = |one: &&Consumed| one.table == table && one.operation == operation;
        self.consumed.iter().filter(is_of).map(|one| one.units).sum()
    }

    pub fn operations(&self) -> Vec<String> {
        self.calls.iter().map(|(operation, _)| operation.clone()).collect()
    }
}
