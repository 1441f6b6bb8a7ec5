//! Standard error: notes, warnings and errors, in the style of the argument parser's.

use std::{
    env,
    io::{self, Write as _},
};

use anstream::AutoStream;
use clap::builder::{
    Styles,
    styling::{AnsiColor, Effects, Style},
};

use super::{json, terminal::wrapped};

/// Prints a line. Characters that could control the terminal are escaped.
pub(crate) fn note(text: &str) {
    print("", Style::new(), "", text);
}

/// Prints a warning.
pub(crate) fn warn(text: &str) {
    let yellow = AnsiColor::Yellow.on_default().effects(Effects::BOLD);
    print("", yellow, "warning:", text);
}

/// Prints an error, and each line of the hint as a tip.
pub(crate) fn error(message: &str, hint: Option<&str>) {
    let styles = Styles::styled();
    print("", *styles.get_error(), "error:", message);
    if let Some(hint) = hint {
        layout("\n");
        for tip in hint.lines() {
            print("  ", *styles.get_valid(), "tip:", tip);
        }
    }
}

/// Prints text with our colours. The caller has escaped all other text.
pub(crate) fn layout(text: &str) {
    // There is nowhere to report that standard error is closed.
    let _ = writeln!(AutoStream::auto(io::stderr()), "{}", text.trim_end());
}

fn print(indent: &str, style: Style, label: &str, text: &str) {
    let text = json::escaped(&without_user_info(text));
    let line = match label {
        "" => text,
        label => format!("{indent}{style}{label}{style:#} {text}"),
    };
    let continued = " ".repeat(indent.len() + label.len() + usize::from(!label.is_empty()));
    layout(&wrapped(&io::stderr(), &line, &continued));
}

/// Hides the user name and password of every URL on the command line, wherever they occur in a text.
///
/// The values are taken from the command line, because text alone does not show where a password ends.
pub(crate) fn without_user_info(text: &str) -> String {
    let mut text = text.to_owned();
    for argument in env::args_os() {
        let argument = argument.to_string_lossy();
        let mut rest = &*argument;
        while let Some((_, after)) = rest.split_once("://") {
            let url = after.split("://").next().unwrap_or_default();
            if let Some((user_info, _)) = url.rsplit_once('@')
                && !user_info.is_empty()
            {
                text = text.replace(&format!("://{user_info}@"), "://***@");
            }
            rest = after;
        }
    }
    text
}
