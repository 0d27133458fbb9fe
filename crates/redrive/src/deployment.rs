use tablecast_aws::SdkConfig;
use tablecast_event_patterns::filter::Filter;

/// The parts of a deployment, or of the local mode.
#[derive(Debug, Clone)]
pub struct Deployment {
    pub dynamodb: SdkConfig,
    pub lambda: SdkConfig,
    pub sqs: SdkConfig,
    /// The names of the functions, with the alias that pipes invoke.
    pub enrich: String,
    pub dispatch: String,
    /// The names of the tables.
    pub rejected: String,
    pub log: String,
    pub pipes: Vec<Pipe>,
}

#[derive(Debug, Clone)]
pub struct Pipe {
    /// The name of its file.
    pub name: String,
    /// Its name on AWS, which dead letters have.
    pub resource: String,
    /// The deployed table.
    pub table: String,
    pub letters: Option<QueueName>,
    pub filter: Filter,
}

/// A queue, in another account if it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueName {
    pub name: String,
    pub account: Option<String>,
}

impl QueueName {
    /// Reads the ARN of a queue.
    pub fn of_arn(arn: &str) -> Option<Self> {
        let mut parts = arn.split(':').skip(4);
        let (account, name) = (parts.next()?, parts.next()?);
        Some(Self { name: name.to_owned(), account: Some(account.to_owned()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arn_of_a_queue_has_its_account_and_its_name() {
        let queue = QueueName::of_arn("arn:aws:sqs:eu-west-1:111122223333:orders-dead-letters");
        let (name, account) = ("orders-dead-letters".to_owned(), Some("111122223333".to_owned()));
        assert_eq!(queue, Some(QueueName { name, account }));
        assert_eq!(QueueName::of_arn("arn:aws:sqs:eu-west-1:111122223333"), None);
    }
}
