//! Reads a `curl` command, as it is copied from a browser, a terminal or a manual.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{
    ReadError,
    curl_command::{Command, ReadFile},
    shell::{self, Token, Word},
    text::{Repaired, with_plain_quotes},
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
    let result = words(&command).and_then(|words| Command::read(words, read_file));
    let quoted;
    let command = match result {
        // The rest of a header whose double quotes the shell took for its own.
        Err(_) if command.contains("uthorization: ") && command.contains("=\"") => {
            quoted = with_inner_quotes(&command);
            repairs.push(Remark::new(
                "shell-inner-quotes",
                "The header has double quotes inside double quotes, which a shell drops. They are read as part of the header.",
            ));
            words(&quoted).and_then(|words| Command::read(words, read_file)).or(result)?
        }
        _ => result?,
    };
    let mut request = command.finish()?;
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
    let sentence = "Typographic quotes, dashes and spaces are read as the plain ones.";
    text.change("typographic-characters", sentence, plain_outside_quotes);
    let sentence = "A backslash at the end of a line has a space after it, so that a shell ends the command there. The lines are joined.";
    text.change("line-not-continued", sentence, without_blanks_after_backslashes);
    text.text
}

/// Replaces typographic quotes, dashes and spaces outside plain quotes. Inside they are part of a value.
fn plain_outside_quotes(command: &str) -> String {
    let mut text = String::with_capacity(command.len());
    let (mut quote, mut is_escaped) = (None, false);
    for character in command.chars() {
        match character {
            _ if quote.is_some() => text.push(character),
            '—' if text.ends_with(' ') => text.push_str("--"),
            '–' if text.ends_with([' ', '-']) => text.push('-'),
            _ => text.push_str(&with_plain_quotes(character.encode_utf8(&mut [0; 4]))),
        }
        match (character, quote) {
            _ if is_escaped => is_escaped = false,
            ('\\', None | Some('"')) => is_escaped = true,
            ('"' | '\'', None) => quote = Some(character),
            _ if quote == Some(character) => quote = None,
            _ => {}
        }
    }
    text
}

/// Removes blanks between a backslash and the end of its line.
fn without_blanks_after_backslashes(command: &str) -> String {
    let lines = command.split_inclusive('\n').map(|line| {
        let rest = line.trim_end();
        let end = line[rest.len()..].trim_start_matches([' ', '\t']);
        match rest.ends_with('\\') && end.ends_with('\n') {
            true => [rest, end].concat(),
            false => line.to_string(),
        }
    });
    lines.collect()
}

/// Escapes the double quotes inside a double-quoted `Authorization` header.
fn with_inner_quotes(command: &str) -> String {
    let lower = command.to_ascii_lowercase();
    let Some(start) = lower.find("\"authorization:").map(|at| at + 1) else {
        return command.to_string();
    };
    let mut text = command[..start].to_string();
    let mut rest = command[start..].char_indices().peekable();
    while let Some((at, character)) = rest.next() {
        let after = command[start + at + character.len_utf8()..].trim_start_matches([' ', '\t']);
        let is_last = rest.peek().is_none_or(|(_, next)| next.is_whitespace())
            && !after.starts_with("oauth_")
            && !text.ends_with('=');
        match character {
            '"' if is_last => {
                text.push_str(&command[start + at..]);
                return text;
            }
            '"' => text.push_str("\\\""),
            '\\' => {}
            _ => text.push(character),
        }
    }
    text
}

/// Programs that are not `curl` and that people use in its place.
const OTHER_PROGRAMS: [&str; 9] =
    ["wget", "http", "https", "httpie", "xh", "iwr", "irm", "invoke-webrequest", "invoke-restmethod"];

/// Whether a word may be in front of `curl`: a prompt, a variable, or a program that runs another one.
fn is_in_front(word: &str) -> bool {
    let is_variable = word
        .split_once('=')
        .is_some_and(|(name, _)| !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_'));
    is_variable
        || word.ends_with(['$', '#', '%', '>', '❯', '➜', '»'])
        || word.starts_with('-')
        || matches!(word, "sudo" | "time" | "env" | "exec" | "command" | "nohup" | "PS" | "&" | "then" | "do" | "!")
}

/// The words after `curl`.
fn words(command: &str) -> Result<Vec<Word>, ReadError> {
    let tokens = shell::split(command).map_err(|quote| {
        ReadError::new(format!("the command has a {quote} that is not closed; copy the whole command"))
    })?;
    of_curl(tokens)
}

/// The words of the curl command, without what is in front of it and after it.
fn of_curl(tokens: Vec<Token>) -> Result<Vec<Word>, ReadError> {
    let mut words: Vec<Word> = Vec::new();
    let mut is_found = false;
    let mut rest = tokens.into_iter().peekable();
    let mut in_front: Vec<String> = Vec::new();
    while let Some(token) = rest.next() {
        match token {
            Token::Word(word) if !is_found => {
                let name = word.text.rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase();
                if matches!(name.trim_start_matches('$'), "curl" | "curl.exe") {
                    is_found = true;
                } else if OTHER_PROGRAMS.contains(&name.as_str()) || name.starts_with("fetch(") || name == "await" {
                    return Err(ReadError::new(format!(
                        "{} is not curl; write the request as a curl command, or as text with --http",
                        word.text
                    )));
                } else {
                    in_front.push(word.text);
                }
            }
            // `cd FOLDER &&`, comments and the lines in front of the command.
            Token::Operator(_) | Token::LineEnd if !is_found => {
                let is_known = matches!(
                    in_front.first().map(String::as_str),
                    Some("cd" | "export" | "set" | "unset" | "source" | ".")
                ) || in_front.iter().all(|word| is_in_front(word));
                if !is_known {
                    return Err(not_curl(&in_front));
                }
                in_front.clear();
            }
            Token::Word(word) => words.push(word),
            Token::LineEnd if continues(rest.peek()) => {}
            Token::LineEnd | Token::Operator(_) => break,
            Token::Redirection => {}
        }
    }
    if let Some(other) = rest.find(|token| matches!(token, Token::Word(word) if word.text == "curl")) {
        let _ = other;
        return Err(ReadError::new("the input has two curl commands; give one request at a time"));
    }
    // Words directly in front of curl: `user@host:~$`, `sudo -u www-data`, `env X=1`.
    let is_prompt = |words: &[String]| words.last().is_some_and(|word| word.ends_with(['$', '#', '%', '>', '❯', '➜']));
    let is_run_by = in_front.first().is_some_and(|word| is_in_front(word));
    if !is_found || !(in_front.is_empty() || is_run_by || is_prompt(&in_front)) {
        return Err(not_curl(&in_front));
    }
    Ok(words)
}

/// Whether the next line goes on with an option, although the line end was not escaped.
fn continues(next: Option<&Token>) -> bool {
    matches!(next, Some(Token::Word(word)) if word.text.starts_with('-') && word.text.len() > 1)
}

fn not_curl(words: &[String]) -> ReadError {
    match words.first() {
        None => ReadError::new("the input is empty; give a curl command"),
        Some(first) if ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"].contains(&first.as_str()) => {
            ReadError::new(format!("{first} does not begin a curl command; give the text of a request with --http"))
        }
        Some(first) => {
            ReadError::new(format!("{first} does not begin a curl command; copy the command from the word curl on"))
        }
    }
}
