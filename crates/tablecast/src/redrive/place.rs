use std::error::Error;

use tablecast_doctor::facts;
use tablecast_doctor::{Target, pipes_of};
use tablecast_pipes::Filter;
use tablecast_redrive::{Deployment, Pipe, QueueName};

use super::Arguments;
use crate::deployment::local;
use crate::doctor::pipe_files;
use crate::local_mode;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The functions, tables and queues that the arguments name.
pub async fn deployment(arguments: &Arguments) -> Result<Deployment> {
    match &arguments.place.deployment {
        Some(name) => on_aws(name, arguments).await,
        None => on_this_machine(arguments).await,
    }
}

async fn on_aws(name: &str, arguments: &Arguments) -> Result<Deployment> {
    let aws = tablecast_aws::configuration().await;
    let files = pipe_files(&arguments.from.join("pipes"))?;
    let target = Target { name: name.to_owned(), files, packages: Vec::new(), lag_limit: 0 };
    let pipes = pipes_of(aws.clone(), &target).await?;
    Ok(Deployment {
        dynamodb: aws.clone(),
        lambda: aws.clone(),
        sqs: aws,
        enrich: format!("{name}-enrich:live"),
        dispatch: format!("{name}-dispatch:live"),
        rejected: format!("{name}-rejected"),
        log: format!("{name}-log"),
        pipes: pipes.into_iter().map(pipe).collect::<Result<_>>()?,
    })
}

fn pipe(pipe: facts::Pipe) -> Result<Pipe> {
    let facts::Pipe { name, file, table, dead_letters, filter, .. } = pipe;
    let filter = Filter::new(&filter).map_err(|error| format!("the pipe {name}: {error}"))?;
    let letters = dead_letters.as_deref().and_then(QueueName::of_arn);
    Ok(Pipe { name: file, resource: name, table, letters, filter })
}

async fn on_this_machine(arguments: &Arguments) -> Result<Deployment> {
    let aws = tablecast_aws::configuration().await;
    let authority = format!("127.0.0.1:{}", arguments.place.port);
    let described = local_mode::pipe_descriptions(&authority).await.map_err(local_mode::unreachable)?;
    let pipe = |described: local_mode::PipeDescription| {
        let local_mode::PipeDescription { name, table, filter } = described;
        let filter = Filter::new(&filter).map_err(|error| format!("the pipe {name}: {error}"))?;
        let letters = Some(QueueName { name: name.clone(), account: None });
        Ok(Pipe { resource: name.clone(), name, table, letters, filter })
    };
    Ok(Deployment {
        dynamodb: local(&aws, format!("http://127.0.0.1:{}", arguments.place.dynamodb_port)),
        lambda: local(&aws, format!("http://{authority}")),
        sqs: local(&aws, format!("http://{authority}/sqs")),
        enrich: "enrich".to_owned(),
        dispatch: "dispatch".to_owned(),
        rejected: "rejected".to_owned(),
        log: "log".to_owned(),
        pipes: described.into_iter().map(pipe).collect::<Result<_>>()?,
    })
}
