use std::str::FromStr;

/// A value of `--changes`: `1000000` for every pipe, `orders=1000000` for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    pipe: Option<String>,
    count: u64,
}

impl FromStr for Changes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (pipe, count) = match text.split_once('=') {
            Some((pipe, count)) => (Some(pipe.to_owned()), count),
            None => (None, text),
        };
        let count = count.replace('_', "").parse();
        let count = count.map_err(|_| "write a number, such as 1000000 or orders=1000000".to_owned())?;
        Ok(Self { pipe, count })
    }
}

/// The changes of each pipe. A value for one pipe overrides the one for every pipe.
pub fn by_pipe<'p>(all: &[Changes], pipes: impl Iterator<Item = &'p str>) -> Result<Vec<u64>, String> {
    let names: Vec<&str> = pipes.collect();
    let is_known = |changes: &&Changes| changes.pipe.as_deref().is_none_or(|pipe| names.contains(&pipe));
    if let Some(Changes { pipe: Some(pipe), .. }) = all.iter().find(|changes| !is_known(changes)) {
        return Err(format!("--changes: there is no pipe {pipe}. The pipes are {}", names.join(", ")));
    }
    let of = |pipe: Option<&str>| all.iter().rfind(|changes| changes.pipe.as_deref() == pipe);
    Ok(names.iter().map(|name| of(Some(name)).or(of(None)).map_or(0, |changes| changes.count)).collect())
}
