use serde_json::{Value, json};

/// An error of DynamoDB.
#[derive(Debug, Clone, Copy)]
pub enum Rejection {
    Throttled,
    ConditionFailed,
    /// The reason of a transaction.
    Cancelled(&'static str),
}

impl Rejection {
    /// The same in a transaction.
    pub fn cancels(self) -> Self {
        match self {
            Self::Throttled => Self::Cancelled("ThrottlingError"),
            Self::ConditionFailed => Self::Cancelled("ConditionalCheckFailed"),
            Self::Cancelled(_) => self,
        }
    }

    pub fn response(self) -> Value {
        let error = |code: &str| json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{code}") });
        match self {
            Self::Throttled => error("ThrottlingException"),
            Self::ConditionFailed => error("ConditionalCheckFailedException"),
            Self::Cancelled(reason) => {
                let mut error = error("TransactionCanceledException");
                error["CancellationReasons"] = json!([{ "Code": reason }]);
                error
            }
        }
    }
}
