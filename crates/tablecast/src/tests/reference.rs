//! docs/reference/cli.md has a section for each command: its usage, and a table of its arguments.

mod page;

use std::collections::BTreeSet;

use clap::{Arg, Command, CommandFactory};

use crate::Cli;
use page::Page;

/// A command, with the name of its section: `dev`, `tail`, `new pipe`.
struct Documented {
    name: String,
    command: Command,
}

/// All commands that do something by themselves.
fn commands() -> Vec<Documented> {
    let mut root = Cli::command();
    root.build();
    subcommands(&root).flat_map(|command| leaves("", command)).collect()
}

fn leaves(parent: &str, command: &Command) -> Vec<Documented> {
    let name = format!("{parent}{}", command.get_name());
    let children: Vec<_> = subcommands(command).collect();
    match children.is_empty() {
        true => vec![Documented { name, command: command.clone() }],
        false => children.into_iter().flat_map(|child| leaves(&format!("{name} "), child)).collect(),
    }
}

fn subcommands(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|command| command.get_name() != "help")
}

/// The arguments that a user sees, without `--help` and `--version`.
fn arguments(command: &Command) -> impl Iterator<Item = &Arg> {
    let is_documented = |argument: &&Arg| {
        !argument.is_hide_set() && !["help", "version"].contains(&argument.get_id().as_str())
    };
    command.get_arguments().filter(is_documented)
}

/// As a table of the page shows it: `--data DIR`, `--json` or `TABLE`.
fn shown(argument: &Arg) -> String {
    let values = argument.get_value_names().unwrap_or_default().iter().map(|name| name.to_string());
    let values = values.filter(|_| argument.get_action().takes_values());
    let long = argument.get_long().map(|long| format!("--{long}"));
    long.into_iter().chain(values).collect::<Vec<_>>().join(" ")
}

/// `None` for arguments without a value or a default.
fn default(argument: &Arg) -> Option<String> {
    let value = argument.get_default_values().first()?.to_str()?.to_owned();
    argument.get_action().takes_values().then_some(value)
}

#[test]
fn no_command_has_the_arguments_of_dev() {
    let all =
        |command: &Command| -> Vec<_> { arguments(command).map(|it| (shown(it), default(it))).collect() };
    let dev = commands().into_iter().find(|it| it.name == "dev").unwrap();
    assert_eq!(all(&Cli::command()), all(&dev.command));
}

#[test]
fn every_command_is_in_the_list_with_the_purpose_that_help_prints() {
    let page = Page::read();
    let purpose = |command: &Command| command.get_about().map(ToString::to_string).unwrap_or_default();
    let commands: Vec<_> = commands().iter().map(|it| (it.name.clone(), purpose(&it.command))).collect();
    assert_eq!(page.commands(), commands);
}

#[test]
fn every_argument_is_in_the_table_of_its_command_and_no_other() {
    let page = Page::read();
    for Documented { name, command } in commands() {
        let documented: BTreeSet<String> =
            page.arguments(&name).into_iter().map(|row| row.argument).collect();
        let defined: BTreeSet<String> = arguments(&command).map(shown).collect();
        assert_eq!(documented, defined, "{name}");
    }
}

#[test]
fn every_default_is_in_the_table() {
    let page = Page::read();
    for Documented { name, command } in commands() {
        for argument in arguments(&command) {
            let rows = page.arguments(&name);
            let row = rows.iter().find(|row| row.argument == shown(argument)).unwrap();
            let Some(value) = default(argument) else { continue };
            assert!(row.text.contains(&format!("`{value}`")), "{name} {}: {value}", shown(argument));
        }
    }
}

/// The first range of a text, such as "1 to 1,000".
fn range(text: &str) -> Option<String> {
    let words: Vec<_> = text.split(|letter: char| letter.is_whitespace() || letter == ';').collect();
    let is_number = |word: &str| word.starts_with(|letter: char| letter.is_ascii_digit());
    let found = words.windows(3).find(|it| it[1] == "to" && is_number(it[0]) && is_number(it[2]))?;
    Some(found.join(" ").trim_end_matches(',').to_owned())
}

#[test]
fn every_range_of_the_page_is_in_the_help() {
    let page = Page::read();
    let mut ranges = 0;
    for Documented { name, command } in commands() {
        for argument in arguments(&command) {
            let rows = page.arguments(&name);
            let row = rows.iter().find(|row| row.argument == shown(argument)).unwrap();
            let Some(range) = range(&row.text) else { continue };
            let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains(&range), "{name} {}: {range} is not in {help:?}", shown(argument));
            ranges += 1;
        }
    }
    assert!(ranges >= 4, "{ranges}");
}

#[test]
fn the_usage_of_each_command_has_all_its_options() {
    let page = Page::read();
    for Documented { name, command } in commands() {
        let defined = arguments(&command).filter_map(|argument| argument.get_long());
        let defined: BTreeSet<String> = defined.map(|long| format!("--{long}")).collect();
        assert_eq!(page::options(&page.usage(&name)), defined, "{name}");
    }
}

#[test]
fn the_page_names_no_option_that_does_not_exist() {
    let commands = commands();
    let long = |it: &Documented| -> Vec<String> {
        it.command.get_arguments().filter_map(Arg::get_long).map(|long| format!("--{long}")).collect()
    };
    let defined: BTreeSet<String> = commands.iter().flat_map(long).collect();
    let unknown: Vec<_> = page::options(&Page::read().text).difference(&defined).cloned().collect();
    assert_eq!(unknown, [""; 0]);
}
