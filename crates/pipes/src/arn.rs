/// A parsed ARN, such as `arn:aws:lambda:eu-west-1:111122223333:function:enrich`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arn {
    pub text: String,
    pub partition: String,
    pub service: String,
    pub region: String,
    pub account: String,
    /// The part after the account: `function:enrich`.
    pub resource: String,
}

impl Arn {
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix("arn:")?.splitn(5, ':').map(str::to_owned);
        let mut next = || parts.next();
        let (partition, service, region, account) = (next()?, next()?, next()?, next()?);
        let resource = next().filter(|resource| !resource.is_empty())?;
        let is_aws = partition.starts_with("aws") && !service.is_empty();
        is_aws.then(|| Self { text: text.to_owned(), partition, service, region, account, resource })
    }

    /// Returns whether it names a stream: `arn:...:dynamodb:...:table/orders/stream/2026-01-01T00:00:00.000`.
    pub fn is_dynamodb_stream(&self) -> bool {
        let parts: Vec<_> = self.resource.splitn(4, '/').collect();
        self.service == "dynamodb"
            && matches!(parts[..], ["table", table, "stream", label] if !table.is_empty() && !label.is_empty())
    }

    /// Returns whether it names a Lambda function, with or without a version or an alias.
    pub fn is_function(&self) -> bool {
        self.service == "lambda"
            && self.resource.strip_prefix("function:").is_some_and(|name| !name.is_empty())
    }

    /// The queue name, if it names a standard queue.
    pub fn standard_queue(&self) -> Option<&str> {
        let name = Some(self.resource.as_str()).filter(|_| self.service == "sqs");
        name.filter(|name| !name.ends_with(".fifo"))
    }

    /// The ARN of the pipe with this name and source.
    pub fn of_pipe(name: &str, source: &Self) -> String {
        let Self { partition, region, account, .. } = source;
        format!("arn:{partition}:pipes:{region}:{account}:pipe/{name}")
    }
}

#[cfg(test)]
mod tests;
