//! Completion scripts and manual pages, for packagers.

use clap::{Args, Command, ValueEnum};
use clap_complete::{
    Generator, generate,
    shells::{Bash, Fish, Zsh},
};
use clap_mangen::Man;

use crate::{failure::Failure, output::stdout};

const NAME: &str = "exh-oauth1";

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  exh-oauth1 completions bash > ~/.local/share/bash-completion/completions/exh-oauth1
  exh-oauth1 completions zsh > ~/.zfunc/_exh-oauth1        with fpath+=~/.zfunc before compinit
  exh-oauth1 completions fish > ~/.config/fish/completions/exh-oauth1.fish")]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  exh-oauth1 man > exh-oauth1.1
  exh-oauth1 man get > exh-oauth1-get.1
  exh-oauth1 man explain | man -l -")]
pub(crate) struct ManualPage {
    /// The command to describe; the whole program by default
    command: Option<String>,
}

/// Stands for the names of the profiles in a generated script.
const PROFILES: &str = "@PROFILES@";

/// What replaces it: the shell asks the program.
const NAMES: &str = "$(exh-oauth1 profiles --names 2>/dev/null)";

/// Prints a completion script for a shell.
pub(crate) fn completions(completions: &Completions, program: Command) -> Result<(), Failure> {
    let mut program = program.mut_arg("profile", |argument| argument.value_parser([PROFILES]));
    let script = match completions.shell {
        // Its labels do not match if the program's name has a hyphen: https://github.com/clap-rs/clap/issues/6421.
        Shell::Bash => {
            script(Bash, &mut program).replace("exh__subcmd__oauth1", "exh__oauth1").replace(PROFILES, NAMES)
        }
        Shell::Zsh => script(Zsh, &mut program).replace(&format!("({PROFILES})"), &format!("{{compadd {NAMES}}}")),
        Shell::Fish => script(Fish, &mut program).replace(&format!("{PROFILES}\\t''"), NAMES.trim_start_matches('$')),
    };
    stdout::body(script.as_bytes())
}

fn script(shell: impl Generator, program: &mut Command) -> String {
    let mut script = Vec::new();
    generate(shell, program, NAME, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// Prints a manual page (roff).
pub(crate) fn manual_page(page: &ManualPage, mut program: Command) -> Result<(), Failure> {
    program.build();
    let command = match &page.command {
        None => program,
        Some(name) => {
            let found = program.find_subcommand(name).cloned();
            found.ok_or_else(|| {
                let names: Vec<_> = program.get_subcommands().map(Command::get_name).collect();
                Failure::usage(format_args!("there is no command {name}")).hint(format!("one of {}", names.join(", ")))
            })?
        }
    };
    let mut text = Vec::new();
    Man::new(command)
        .source(concat!("exh-oauth1 ", env!("CARGO_PKG_VERSION")))
        .render(&mut text)
        .map_err(Failure::unavailable)?;
    stdout::body(&text)
}
