//! The folder of functions: each is a script that starts the real function with the addresses of the proxies.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use super::binaries::{Binaries, FUNCTIONS};
use super::clock;

pub struct Functions {
    folder: PathBuf,
    versions: [PathBuf; 2],
    is_second: AtomicBool,
    endpoints: Mutex<Endpoints>,
}

#[derive(Debug, Clone, Default)]
pub struct Endpoints {
    pub table: String,
    pub connections: String,
    pub bus: String,
    pub invoke: String,
    pub runtime: String,
    pub keys: String,
}

impl Functions {
    pub fn create(folder: &Path, binaries: &Binaries) -> Self {
        fs::create_dir_all(folder).unwrap();
        let versions = [binaries.version(false), binaries.version(true)];
        Self {
            folder: folder.to_owned(),
            versions,
            is_second: AtomicBool::new(false),
            endpoints: Mutex::default(),
        }
    }

    pub fn write(&self, endpoints: &Endpoints) {
        *self.endpoints.lock().unwrap() = endpoints.clone();
        FUNCTIONS.iter().for_each(|function| self.write_one(function));
    }

    /// New processes start from the other version's folder.
    pub fn upgrade(&self) {
        self.is_second.fetch_xor(true, Ordering::SeqCst);
        FUNCTIONS.iter().for_each(|function| self.write_one(function));
    }

    /// The file that sets the clock of the processes of a function.
    pub fn clock(&self, function: &str) -> PathBuf {
        self.folder.join(format!("{function}.clock"))
    }

    pub fn reset_clocks(&self) {
        FUNCTIONS.iter().for_each(|function| clock::set(&self.clock(function), 0));
    }

    fn write_one(&self, function: &str) {
        let clock = self.clock(function);
        if !clock.exists() {
            clock::set(&clock, 0);
        }
        let variables = clock::environment(&clock);
        let clock: String =
            variables.iter().map(|(name, value)| format!("export {name}='{value}'\n")).collect();
        let binary = self.versions[usize::from(self.is_second.load(Ordering::SeqCst))].join(function);
        let text = script(function, &self.endpoints.lock().unwrap(), &clock, &binary);
        // A process that starts now reads the old script or the new one, but no mixture.
        let new = self.folder.join(format!("{function}.new"));
        fs::write(&new, text).unwrap();
        fs::set_permissions(&new, fs::Permissions::from_mode(0o755)).unwrap();
        fs::rename(new, self.folder.join(function)).unwrap();
    }
}

fn script(function: &str, endpoints: &Endpoints, clock: &str, binary: &Path) -> String {
    let Endpoints { table, connections, bus, invoke, runtime, keys } = endpoints;
    let runtime = match function {
        "enrich" | "dispatch" => {
            format!("export AWS_LAMBDA_RUNTIME_API=\"{runtime}/${{AWS_LAMBDA_RUNTIME_API#http://}}\"\n")
        }
        _ => String::new(),
    };
    format!(
        "#!/bin/sh\n\
         export AWS_ENDPOINT_URL_DYNAMODB={table} AWS_ENDPOINT_URL_EVENTBRIDGE={bus}/bus\n\
         export AWS_ENDPOINT_URL_LAMBDA={invoke} MANAGEMENT_ENDPOINT={connections}\n\
         export JWKS_URL={keys}\n\
         unset JWKS\n\
         {runtime}{clock}exec {}\n",
        binary.display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pipeline_functions_poll_through_the_proxy() {
        let endpoints = Endpoints { runtime: "http://127.0.0.1:1".to_owned(), ..Endpoints::default() };
        let script = |function| script(function, &endpoints, "", Path::new("/bin/f"));
        assert!(
            script("enrich").contains("RUNTIME_API=\"http://127.0.0.1:1/${AWS_LAMBDA_RUNTIME_API#http://}\"")
        );
        assert!(!script("connect").contains("RUNTIME_API"));
        assert!(script("connect").ends_with("exec /bin/f\n"));
    }
}
