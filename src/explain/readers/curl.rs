//! Reads a `curl` command, as it is copied from a browser, a terminal or a manual.

use super::{
    ReadError,
    curl_command::{Command, ReadFile},
    shell::{self, Word},
    text::{Repaired, is_invisible, with_plain_quotes},
};
use crate::explain::request::{CapturedRequest, Remark};

/// Reads a `curl` command: its URI, method, headers and body.
///
/// The command may be written for a POSIX shell, `cmd` or PowerShell, with a prompt, comments, `sudo` and the like in
/// front. `read_file` reads the files of `-d @file`. A file that cannot be read is an error only if its content can
/// matter for the signature.
///
/// # Errors
///
/// [`ReadError`] if the command was not understood: another program, an unknown option, a variable in a part that
/// matters, or more than one URL.
pub fn read_curl(command: &str, read_file: &ReadFile<'_>) -> Result<CapturedRequest, ReadError> {
    let mut repairs = Vec::new();
    let command = repaired(command, &mut repairs);
    let mut request = Command::read(arguments(&command)?, read_file)?.finish()?;
    request.repairs.splice(0..0, repairs);
    Ok(request)
}

/// Undoes what a web page or a word processor does to a command.
fn repaired(command: &str, repairs: &mut Vec<Remark>) -> String {
    let mut text = Repaired { text: command.trim_start_matches('\u{feff}').to_string(), repairs };
    // If there are plain quotes, the command was not converted, and an entity is part of a value.
    if !text.text.contains(['"', '\'']) {
        text.read_entities();
    }
    let sentence = "Typographic quotes, dashes and spaces are read as the plain ones. Invisible characters, and < and > around a link, are left out.";
    text.change("typographic-characters", sentence, plain_outside_quotes);
    let sentence = "A backslash at the end of a line has a space after it, so that a shell ends the command there. The lines are joined.";
    text.change("line-not-continued", sentence, without_blanks_after_backslashes);
    text.text
}

/// Replaces typographic quotes, dashes and spaces outside plain quotes. Inside they are part of a value.
fn plain_outside_quotes(command: &str) -> String {
    let mut text = String::with_capacity(command.len());
    let (mut quote, mut is_escaped) = (None, false);
    for (at, character) in command.char_indices() {
        match character {
            '>' if quote == Some('>') => text.push('\''),
            _ if quote.is_some() => text.push(character),
            '<' if command[at..].starts_with("<http") => text.push('\''),
            _ if is_invisible(character) => {}
            '—' if text.ends_with(' ') => text.push_str("--"),
            '–' if text.ends_with([' ', '-']) => text.push('-'),
            _ => text.push_str(&with_plain_quotes(character.encode_utf8(&mut [0; 4]))),
        }
        match (character, quote) {
            _ if is_escaped => is_escaped = false,
            ('\\', None | Some('"')) => is_escaped = true,
            ('"' | '\'', None) => quote = Some(character),
            ('<', None) if text.ends_with('\'') => quote = Some('>'),
            _ if quote == Some(character) => quote = None,
            _ => {}
        }
    }
    text
}

/// Removes blanks between a backslash and the end of its line.
fn without_blanks_after_backslashes(command: &str) -> String {
    let pieces = command.split('\\').enumerate().map(|(index, piece)| {
        let rest = piece.trim_start_matches([' ', '\t']);
        if index > 0 && rest.starts_with(['\r', '\n']) { rest } else { piece }
    });
    pieces.collect::<Vec<_>>().join("\\")
}

/// Programs that are not `curl` and that people use in its place.
const OTHER_PROGRAMS: [&str; 10] =
    ["wget", "http", "https", "httpie", "xh", "iwr", "irm", "invoke-webrequest", "invoke-restmethod", "await"];

/// The name of the program that a word may start.
fn program(word: &Word) -> String {
    let name = word.text.rsplit(['/', '\\']).next().unwrap_or_default();
    name.trim_start_matches('$').to_ascii_lowercase()
}

fn is_curl(word: &Word) -> bool {
    matches!(program(word).as_str(), "curl" | "curl.exe")
}

fn is_other_program(word: &Word) -> bool {
    OTHER_PROGRAMS.contains(&program(word).as_str()) || word.text.starts_with("fetch(")
}

fn is_prompt(word: &Word) -> bool {
    word.text.ends_with(['$', '#', '%', '>', '❯', '➜'])
}

/// Whether a word may be in front of `curl`: a prompt, a fence of Markdown, a variable, or a program that runs another.
fn is_in_front(word: &Word) -> bool {
    let text = word.text.as_str();
    let is_variable = text
        .split_once('=')
        .is_some_and(|(name, _)| !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_'));
    is_variable
        || is_prompt(word)
        || text.starts_with("```")
        || text.starts_with('-')
        || matches!(text, "sudo" | "time" | "env" | "exec" | "command" | "nohup" | "PS" | "then" | "do" | "!")
}

/// The words after `curl`.
fn arguments(command: &str) -> Result<Vec<Word>, ReadError> {
    let (commands, open_quote) = shell::split(command);
    let mut rest = commands.iter();
    while let Some(words) = rest.next() {
        // `cd FOLDER &&`, where the folder may have curl's name.
        let first = words.first().map_or("", |word| &word.text);
        if matches!(first, "cd" | "export" | "set" | "unset" | "source" | ".") {
            continue;
        }
        let (in_front, words) = words.split_at(words.iter().position(is_curl).unwrap_or(words.len()));
        let Some((_, arguments)) = words.split_first() else {
            // Comments and prompts.
            if in_front.iter().all(is_in_front) {
                continue;
            }
            break;
        };
        let goes_on = |word: &&Word| word.text.to_ascii_lowercase().starts_with("authorization: ") || is_curl(word);
        if let Some(word) = rest.flatten().find(goes_on) {
            return Err(ReadError::new(format!(
                "the command ends in front of the line with {}; give one command, with a backslash at the end of each line but the last",
                word.text
            )));
        }
        // `user@host:~$`, `sudo -u www-data` or `env X=1`.
        if in_front.first().is_none_or(is_in_front) || in_front.last().is_some_and(is_prompt) {
            return Ok(arguments.to_vec());
        }
        break;
    }
    if let Some(quote) = open_quote {
        return Err(ReadError::new(format!("the command has a {quote} that is not closed; copy the whole command")));
    }
    let mut words = commands.iter().flatten();
    let other = words.clone().find(|word| is_other_program(word));
    Err(not_curl(other.or_else(|| words.next())))
}

fn not_curl(word: Option<&Word>) -> ReadError {
    let Some(word) = word else {
        return ReadError::new("the input is empty; give a curl command");
    };
    let text = &word.text;
    if is_other_program(word) {
        return ReadError::new(format!(
            "{text} is not curl; write the request as a curl command, or as text with --http"
        ));
    }
    let advice = match text.as_str() {
        "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" => "give the text of a request with --http",
        _ => "copy the command from the word curl on",
    };
    ReadError::new(format!("{text} does not begin a curl command; {advice}"))
}
