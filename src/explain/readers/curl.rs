//! Reads a `curl` command, as it is copied from a browser, a log or a manual.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use crate::explain::{
    encode::Encoder,
    request::{Body, CapturedRequest, FORM},
};

/// Reads a `curl` command: its URI, method, headers and body.
///
/// Quotes, backslashes and continued lines are read as a POSIX shell does, without expanding anything. Of the options those
/// are read that make the request; data in a file (`@name`) is not read, and gives `None` like a command without a URI.
pub fn read_curl(command: &str) -> Option<CapturedRequest> {
    let mut request = Command::default();
    let mut words = words(command).into_iter().peekable();
    while words
        .next_if(|word| word.ends_with("curl") || word == "$")
        .is_some()
    {}
    let mut only_operands = false;
    while let Some(word) = words.next() {
        if only_operands || !word.starts_with('-') || word == "-" {
            request.uri.get_or_insert(word);
        } else if word == "--" {
            only_operands = true;
        } else if let Some(name) = word.strip_prefix("--") {
            let (name, value) = match name.split_once('=') {
                Some((name, value)) => (name, Some(value.to_string())),
                None => (name, None),
            };
            let takes_value = LONG_WITH_VALUE.contains(&name);
            let value = value.or_else(|| takes_value.then(|| words.next()).flatten());
            request.option(name, &value.unwrap_or_default())?;
        } else {
            // Several short options may stand together, the last of them with its value.
            let mut letters = word[1..].chars();
            while let Some(letter) = letters.next() {
                let name = SHORT
                    .iter()
                    .find(|(short, _)| *short == letter)
                    .map_or("", |(_, name)| name);
                let mut value = String::new();
                if LONG_WITH_VALUE.contains(&name) {
                    value = letters.as_str().to_string();
                    if value.is_empty() {
                        value = words.next().unwrap_or_default();
                    }
                    letters = "".chars();
                }
                request.option(name, &value)?;
            }
        }
    }
    request.finish()
}

/// The options that take a value, by their long names.
const LONG_WITH_VALUE: [&str; 27] = [
    "request",
    "header",
    "data",
    "data-ascii",
    "data-raw",
    "data-binary",
    "data-urlencode",
    "json",
    "url",
    "user",
    "user-agent",
    "referer",
    "cookie",
    "cookie-jar",
    "output",
    "max-time",
    "connect-timeout",
    "proxy",
    "cacert",
    "cert",
    "key",
    "resolve",
    "write-out",
    "retry",
    "form",
    "dump-header",
    "connect-to",
];

/// The short names of options that matter here, or that take a value.
const SHORT: [(char, &str); 17] = [
    ('X', "request"),
    ('H', "header"),
    ('d', "data"),
    ('G', "get"),
    ('I', "head"),
    ('u', "user"),
    ('A', "user-agent"),
    ('e', "referer"),
    ('b', "cookie"),
    ('c', "cookie-jar"),
    ('o', "output"),
    ('m', "max-time"),
    ('x', "proxy"),
    ('E', "cert"),
    ('w', "write-out"),
    ('F', "form"),
    ('D', "dump-header"),
];

#[derive(Default)]
struct Command {
    uri: Option<String>,
    method: Option<String>,
    headers: Vec<(String, String)>,
    media_type: Option<&'static str>,
    data: Option<String>,
    as_query: bool,
    as_head: bool,
}

impl Command {
    /// Takes in an option; `None` where it cannot be followed.
    fn option(&mut self, name: &str, value: &str) -> Option<()> {
        match name {
            "request" => self.method = Some(value.to_string()),
            "url" => self.uri = Some(value.to_string()),
            "get" => self.as_query = true,
            "head" => self.as_head = true,
            "header" => self.header(value),
            "data" | "data-ascii" | "data-binary" if value.starts_with('@') => return None,
            // Only `--data-binary` and `--data-raw` keep line breaks, which a shell's quotes may hold.
            "data" | "data-ascii" => self.add('&', &value.replace(['\r', '\n'], "")),
            "data-raw" | "data-binary" => self.add('&', value),
            "data-urlencode" => self.add('&', &url_encoded(value)?),
            "json" => {
                if value.starts_with('@') {
                    return None;
                }
                self.media_type.get_or_insert("application/json");
                match &mut self.data {
                    Some(data) => data.push_str(value),
                    None => self.data = Some(value.to_string()),
                }
            }
            "form" => {
                // A multipart body is not signed, whatever it holds.
                self.media_type.get_or_insert("multipart/form-data");
                self.add('&', value);
            }
            _ => {}
        }
        Some(())
    }

    fn header(&mut self, line: &str) {
        let Some((name, value)) = line.split_once(':') else {
            return;
        };
        let header = (name.trim().to_string(), value.trim().to_string());
        self.headers.push(header);
    }

    fn add(&mut self, separator: char, value: &str) {
        match &mut self.data {
            Some(data) => {
                data.push(separator);
                data.push_str(value);
            }
            None => self.data = Some(value.to_string()),
        }
    }

    fn finish(self) -> Option<CapturedRequest> {
        let mut uri = self.uri?;
        if !uri.contains("://") {
            // Without a scheme `curl` takes http.
            uri = format!("http://{uri}");
        }
        let mut data = self.data;
        let default = match (&data, self.as_query, self.as_head) {
            (_, _, true) => "HEAD",
            (Some(_), false, _) => "POST",
            _ => "GET",
        };
        if let Some(query) = data.take_if(|_| self.as_query) {
            let (before, fragment) = match uri.split_once('#') {
                Some((before, fragment)) => (before.to_string(), format!("#{fragment}")),
                None => (uri, String::new()),
            };
            let separator = if before.contains('?') { '&' } else { '?' };
            uri = format!("{before}{separator}{query}{fragment}");
        }
        let method = self.method.as_deref().unwrap_or(default);
        let mut request = CapturedRequest::new(method, &uri);
        request.headers = self.headers;
        if let Some(data) = data {
            if request.media_type().is_none() {
                request.set_header("Content-Type", self.media_type.unwrap_or(FORM));
            }
            request.body = Body::Bytes(data.into_bytes());
        }
        Some(request)
    }
}

/// The value of `--data-urlencode`: `content`, `=content` or `name=content`.
fn url_encoded(value: &str) -> Option<String> {
    let encode = |text: &str| {
        String::from_utf8_lossy(&Encoder::Right.encode(text.as_bytes(), 1)).into_owned()
    };
    match value.split_once('=') {
        Some(("", content)) => Some(encode(content)),
        Some((name, content)) => Some(format!("{name}={}", encode(content))),
        // What follows an @ is the name of a file.
        None if value.contains('@') => None,
        None => Some(encode(value)),
    }
}

/// Splits a command as a POSIX shell does (quotes, backslashes), with the `$'...'` that browsers write.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut rest = command.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '\'' => {
                let word = word.get_or_insert_default();
                word.extend(rest.by_ref().take_while(|character| *character != '\''));
            }
            '$' if rest.next_if_eq(&'\'').is_some() => {
                let word = word.get_or_insert_default();
                while let Some(character) = rest.next().filter(|character| *character != '\'') {
                    if character == '\\' {
                        escaped(&mut rest, word);
                    } else {
                        word.push(character);
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                while let Some(character) = rest.next().filter(|character| *character != '"') {
                    match character {
                        '\\' => match rest.next() {
                            Some('\n') | None => {}
                            Some(next @ ('"' | '\\' | '$' | '`')) => word.push(next),
                            Some(next) => word.extend(['\\', next]),
                        },
                        _ => word.push(character),
                    }
                }
            }
            '\\' => match rest.next() {
                Some('\n') | None => {}
                Some('\r') => {
                    rest.next_if_eq(&'\n');
                }
                Some(next) => word.get_or_insert_default().push(next),
            },
            _ if character.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}

/// Reads what follows a backslash inside `$'...'`.
fn escaped(rest: &mut core::iter::Peekable<core::str::Chars<'_>>, word: &mut String) {
    let Some(character) = rest.next() else {
        return;
    };
    let (digits, base) = match character {
        'n' => return word.push('\n'),
        'r' => return word.push('\r'),
        't' => return word.push('\t'),
        'x' => (2, ""),
        'u' => (4, ""),
        _ => return word.push(character),
    };
    let mut number = base.to_string();
    while number.len() < digits {
        let Some(digit) = rest.next_if(char::is_ascii_hexdigit) else {
            break;
        };
        number.push(digit);
    }
    let code = u32::from_str_radix(&number, 16).unwrap_or_default();
    word.extend(char::from_u32(code));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_as_the_shell_reads_them() {
        let captured = read_curl(
            "curl -sS -X PUT 'https://h/p?a=b c' \\\n  -H \"Authorization: OAuth x=\\\"1\\\"\" -d a=1 --data-urlencode 'b=ü +' -u x:y",
        )
        .unwrap();
        assert_eq!(captured.method, "PUT");
        assert_eq!(captured.uri, "https://h/p?a=b c");
        let header = ("Authorization".to_string(), "OAuth x=\"1\"".to_string());
        assert_eq!(captured.headers[0], header);
        assert_eq!(captured.form_body(), Some(&b"a=1&b=%C3%BC%20%2B"[..]));
    }

    #[test]
    fn options_make_method_query_and_body() {
        for (command, method, uri, form, other) in [
            ("curl h/p", "GET", "http://h/p", None, None),
            ("curl -I http://h", "HEAD", "http://h", None, None),
            (
                "curl -dx=1 -d y http://h",
                "POST",
                "http://h",
                Some("x=1&y"),
                None,
            ),
            (
                "curl -G -d x=1 'http://h?q#f'",
                "GET",
                "http://h?q&x=1#f",
                None,
                None,
            ),
            (
                "curl --json '{\"a\":1}' http://h",
                "POST",
                "http://h",
                None,
                Some("application/json"),
            ),
            (
                "curl --request=PATCH -H 'content-type: text/plain' --data-raw $'\\u0040\\'' --url http://h",
                "PATCH",
                "http://h",
                None,
                Some("text/plain"),
            ),
        ] {
            let captured = read_curl(command).unwrap();
            assert_eq!(
                (captured.method.as_str(), captured.uri.as_str()),
                (method, uri),
                "{command}"
            );
            let form = form.map(str::as_bytes);
            assert_eq!(captured.form_body(), form, "{command}");
            assert_eq!(
                captured.media_type().filter(|it| *it != FORM),
                other,
                "{command}"
            );
        }
        for command in [
            "",
            "curl",
            "curl -d @file http://h",
            "curl --json @f http://h",
        ] {
            assert_eq!(read_curl(command), None, "{command}");
        }
    }
}
