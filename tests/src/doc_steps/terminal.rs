use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{Step, run};

/// The words with which a document opens its second terminal, its third one and so on.
const OPENED: [&str; 3] = ["a second terminal", "a third terminal", "a fourth terminal"];

/// A shell that keeps its folder and its environment between commands.
pub struct Terminal {
    state: TempDir,
    /// The program that runs in it does not end.
    is_busy: bool,
}

impl Terminal {
    fn open(folder: &Path, environment: &str) -> Self {
        let terminal = Self { state: tempfile::tempdir().unwrap(), is_busy: false };
        fs::write(terminal.file("folder"), folder.display().to_string()).unwrap();
        fs::write(terminal.file("environment"), environment).unwrap();
        terminal
    }

    fn file(&self, name: &str) -> PathBuf {
        self.state.path().join(name)
    }

    pub fn folder(&self) -> PathBuf {
        PathBuf::from(fs::read_to_string(self.file("folder")).unwrap().trim_end())
    }

    /// Runs commands, and returns the exit code and the output.
    pub async fn run(&self, commands: &str) -> (Option<i32>, String) {
        let [folder, environment] =
            ["folder", "environment"].map(|name| self.file(name).display().to_string());
        let keep = format!("code=$?\npwd >{folder}\nexport -p >{environment}\nexit $code");
        run(&format!(". {environment}\ncd \"$(cat {folder})\"\n{commands}\n{keep}"), Path::new("/")).await
    }

    /// The program of the last command runs in this terminal from now on.
    pub fn occupy(&mut self) {
        self.is_busy = true;
    }
}

/// The terminals of a reader. Each opens in the same folder, with the same commands for its environment.
pub struct Terminals {
    folder: PathBuf,
    environment: String,
    open: Vec<Terminal>,
}

impl Terminals {
    pub fn new(folder: &Path, environment: &str) -> Self {
        let first = Terminal::open(folder, environment);
        Self { folder: folder.to_owned(), environment: environment.to_owned(), open: vec![first] }
    }

    /// The terminal in which a reader types a step: the last one, unless the text before it opens another one.
    pub fn of(&mut self, step: &Step) -> &mut Terminal {
        if let Some(index) = OPENED.iter().position(|words| step.introduction.contains(words)) {
            assert_eq!(self.open.len(), index + 1, "{}: {}", OPENED[index], step.command);
            self.open.push(Terminal::open(&self.folder, &self.environment));
        }
        let last = self.open.last_mut().unwrap();
        assert!(!last.is_busy, "no terminal is free, so open another one: {}", step.command);
        last
    }
}
