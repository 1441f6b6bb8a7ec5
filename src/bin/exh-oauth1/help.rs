//! The program's own help: its commands in groups, and suggestions for what is not a command.

use clap::{
    Command, Error,
    builder::{StyledStr, Styles},
    error::{ContextKind, ContextValue, ErrorKind},
};

/// The groups and their commands. Other commands come last.
const GROUPS: [(&str, &[&str]); 5] = [
    ("Calling the API", &["me", "get", "head", "options", "post", "put", "patch", "delete"]),
    ("Accounts", &["login", "logout", "profiles"]),
    ("Diagnostics", &["explain", "doctor"]),
    ("Other uses", &["sign", "sandbox", "task"]),
    ("Packaging", &["completions", "man"]),
];

const FIRST_CALLS: &str = "  exh-oauth1 me --sandbox                  try it without an account
  exh-oauth1 login --host dev.example.extrahorizon.io
  exh-oauth1 me                            print your user
  exh-oauth1 get '/users/v1/?limit(5)'     call any path of the API
  exh-oauth1 get --help                    options and examples of a command
";

/// Groups the commands in the help.
pub(crate) fn grouped(command: Command) -> Command {
    let styles = Styles::styled();
    let (header, literal) = (styles.get_header(), styles.get_literal());
    let commands: Vec<_> = command.get_subcommands().collect();
    let width = commands.iter().map(|one| one.get_name().len()).max();
    let width = width.unwrap_or_default();
    let mut list = String::new();
    let mut add = |group: &str, members: &[&&Command]| {
        if !members.is_empty() {
            list.push_str(&format!("\n{header}{group}:{header:#}\n"));
        }
        for member in members {
            let name = member.get_name();
            let space = " ".repeat(width - name.len());
            let about = member.get_about().map(ToString::to_string);
            let about = about.unwrap_or_default();
            list.push_str(&format!("  {literal}{name}{literal:#}{space}  {about}\n"));
        }
    };
    for (group, names) in GROUPS {
        let members = names.iter().filter_map(|name| commands.iter().find(|command| command.get_name() == *name));
        add(group, &members.collect::<Vec<_>>());
    }
    let is_grouped = |command: &&&Command| GROUPS.iter().any(|(_, names)| names.contains(&command.get_name()));
    let others = commands.iter().filter(|command| !is_grouped(command));
    add("Further", &others.collect::<Vec<_>>());
    let template = format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{header}First calls:{header:#}\n{FIRST_CALLS}{list}\n{header}Options:{header:#}\n{{options}}{{after-help}}"
    );
    command.help_template(template)
}

/// Suggests `get` if a path or URL is in place of the command.
pub(crate) fn suggest(mut error: Error) -> Error {
    if error.kind() == ErrorKind::InvalidSubcommand
        && let Some(ContextValue::String(name)) = error.get(ContextKind::InvalidSubcommand)
        && (name.starts_with('/') || name.contains("://"))
    {
        let tip = StyledStr::from(format!("to call this path, use 'exh-oauth1 get {name}'"));
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip]));
    }
    error
}
