//! The options of a `curl` command, and the request that they make.

use std::collections::VecDeque;

use super::{ReadError, curl_options::known, header, multipart, shell::Word};
use crate::explain::{
    encode::{Encoder, lossy},
    recipe::path::resolved,
    request::{Body, CapturedRequest, FORM, Remark},
};

/// Reads the content of a file that a command names; the error says why it cannot be read.
pub type ReadFile<'a> = dyn Fn(&str) -> Result<Vec<u8>, String> + 'a;

/// What the options say.
#[derive(Default)]
pub(super) struct Command {
    /// The request as far as single options make it.
    request: CapturedRequest,
    uri: Option<Word>,
    media_type: Option<&'static str>,
    data: Option<Vec<u8>>,
    fields: Vec<Field>,
    /// A file that could not be read.
    missing: Option<String>,
    query: Vec<String>,
    default_scheme: Option<String>,
    as_query: bool,
    as_head: bool,
    is_path_as_is: bool,
    is_glob_off: bool,
}

/// A field of a multipart body.
pub(super) struct Field {
    pub(super) name: String,
    pub(super) value: Vec<u8>,
    pub(super) is_file: bool,
}

impl Command {
    /// Reads the words of a command after `curl`.
    pub(super) fn read(words: Vec<Word>, read_file: &ReadFile<'_>) -> Result<Self, ReadError> {
        let mut words = VecDeque::from(words);
        let mut command = Self::default();
        let mut only_operands = false;
        while let Some(word) = words.pop_front() {
            let text = word.text.as_str();
            if only_operands || !text.starts_with('-') || text == "-" {
                command.operand(word)?;
            } else if text == "--" {
                only_operands = true;
            } else {
                // Several short options may share a word; the last may have its value there.
                let length = text.chars().nth(1).map_or(0, |letter| 1 + letter.len_utf8());
                let (option, rest) = text.split_at(if text.starts_with("--") { text.len() } else { length });
                let (name, takes_value) = known(option)?;
                if !takes_value && rest.starts_with('-') {
                    // No short option is a dash.
                    known("--")?;
                }
                if !rest.is_empty() {
                    let start = if takes_value { "" } else { "-" };
                    words.push_front(Word { text: [start, rest].concat(), ..word.clone() });
                }
                let no_value = || ReadError::new(format!("the option {option} has no value; copy the whole command"));
                let value = if takes_value { words.pop_front().ok_or_else(no_value)? } else { Word::default() };
                command.option(name, &value, read_file)?;
            }
        }
        Ok(command)
    }

    fn operand(&mut self, word: Word) -> Result<(), ReadError> {
        if let Some(first) = &self.uri {
            return Err(ReadError::new(format!(
                "the command has two URLs, {} and {}; quote each argument, and give one request at a time",
                first.text, word.text
            )));
        }
        self.uri = Some(word);
        Ok(())
    }

    /// Applies an option.
    fn option(&mut self, name: &str, word: &Word, read_file: &ReadFile<'_>) -> Result<(), ReadError> {
        let value = word.text.as_str();
        // What is not signed may have a variable.
        let is_signed = match name {
            "header" => {
                let name = value.split(':').next().unwrap_or_default().trim();
                ["authorization", "content-type", "host"].iter().any(|it| name.eq_ignore_ascii_case(it))
            }
            "request" | "url-query" | "form" | "form-string" => true,
            _ => name.starts_with("data"),
        };
        if is_signed {
            reject_expansion(word)?;
        }
        match name {
            "request" => self.request.method = value.to_string(),
            "url" => self.operand(word.clone())?,
            "url-query" => {
                let pair = match value.strip_prefix('+') {
                    Some(raw) => raw.to_string(),
                    None => lossy(&self.url_encoded(value, read_file)),
                };
                self.query.push(pair);
            }
            "proto-default" => self.default_scheme = Some(value.to_string()),
            "get" => self.as_query = true,
            "no-get" => self.as_query = false,
            "head" => self.as_head = true,
            "no-head" => self.as_head = false,
            "path-as-is" => self.is_path_as_is = true,
            "globoff" => self.is_glob_off = true,
            "header" => self.header(value, read_file)?,
            "json" => {
                self.media_type.get_or_insert("application/json");
                let data = self.content(value, read_file);
                self.data.get_or_insert_default().extend(data);
            }
            "form" | "form-string" => self.field(name, value, read_file)?,
            _ if name.starts_with("data") => {
                let mut data = match name {
                    "data-raw" => value.into(),
                    "data-urlencode" => self.url_encoded(value, read_file),
                    _ => self.content(value, read_file),
                };
                // curl drops the line breaks of a file, and keeps those of an argument.
                if matches!(name, "data" | "data-ascii") && value.starts_with('@') {
                    data.retain(|byte| !b"\r\n\0".contains(byte));
                }
                if let Some(before) = &mut self.data {
                    before.push(b'&');
                }
                self.data.get_or_insert_default().extend(data);
            }
            _ => {}
        }
        Ok(())
    }

    /// A value, or with `@` in front the content of a file.
    fn content(&mut self, value: &str, read_file: &ReadFile<'_>) -> Vec<u8> {
        match value.strip_prefix('@') {
            Some(file) => self.file(file, read_file),
            None => value.as_bytes().to_vec(),
        }
    }

    fn file(&mut self, file: &str, read_file: &ReadFile<'_>) -> Vec<u8> {
        let content = if file == "-" { Err("standard input".to_string()) } else { read_file(file) };
        content.unwrap_or_else(|why| {
            self.missing.get_or_insert(format!("{file} ({why})"));
            Vec::new()
        })
    }

    /// The value of `--data-urlencode`: `content`, `=content`, `name=content`, `@file` or `name@file`.
    fn url_encoded(&mut self, value: &str, read_file: &ReadFile<'_>) -> Vec<u8> {
        let mark = if value.contains('=') { '=' } else { '@' };
        let (name, content) = value.split_once(mark).unwrap_or(("", value));
        let is_file = value[name.len()..].starts_with('@');
        let content = if is_file { self.file(content, read_file) } else { content.into() };
        let content = Encoder::SPACE_AS_PLUS.encode(&content, 1);
        if name.is_empty() { content } else { [name.as_bytes(), b"=", &content].concat() }
    }

    fn header(&mut self, line: &str, read_file: &ReadFile<'_>) -> Result<(), ReadError> {
        if let Some(file) = line.strip_prefix('@') {
            let lines = read_file(file)
                .map_err(|why| ReadError::new(format!("--header {line}: {why}; write the headers into the command")))?;
            return lossy(&lines).lines().try_for_each(|line| self.header(line, read_file));
        }
        // `Name:` removes a header of curl's own, and `Name;` sends one without a value.
        let no_colon =
            || ReadError::new(format!("the header {line} has no colon; write its name, a colon and its value"));
        let empty = line.strip_suffix(';').map(|name| (name, ""));
        let (name, value) = line.split_once(':').or(empty).ok_or_else(no_colon)?;
        self.request.headers.push((name.trim().to_string(), value.trim().to_string()));
        Ok(())
    }

    fn field(&mut self, option: &str, value: &str, read_file: &ReadFile<'_>) -> Result<(), ReadError> {
        let (name, content) = value
            .split_once('=')
            .ok_or_else(|| ReadError::new(format!("--{option} {value} has no =; write name=content")))?;
        let mut field = Field { name: name.to_string(), value: content.into(), is_file: false };
        if option == "form" {
            let (first, parameters) = content.split_once(';').unwrap_or((content, ""));
            let has_parameters = first.starts_with(['@', '<'])
                || ["type=", "filename=", "headers="].iter().any(|it| parameters.trim().starts_with(it));
            let content = if has_parameters { first } else { content };
            let unquoted = content.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or(content);
            field.is_file = content.starts_with('@') || (has_parameters && parameters.contains("filename="));
            field.value = match content.strip_prefix('<') {
                Some(file) => self.file(file, read_file),
                None if content.starts_with('@') => Vec::new(),
                None => unquoted.into(),
            };
        }
        self.fields.push(field);
        Ok(())
    }

    /// The request that curl sends.
    pub(super) fn finish(mut self) -> Result<CapturedRequest, ReadError> {
        let word =
            self.uri.take().ok_or_else(|| ReadError::new("the curl command has no URL; copy the whole command"))?;
        reject_expansion(&word)?;
        let is_broken = |header: &str| header.contains('\n') && header::read(header).is_none();
        if word.text.contains('\n') || self.request.header_values("authorization").any(is_broken) {
            return Err(ReadError::new("the URL or header has a line break in it; write it on one line"));
        }
        let is_rejected = |it: &&str| it.starts_with("{{") || (!self.is_glob_off && it.contains([',', '-']));
        if let Some(pattern) = patterns(&word.text).find(is_rejected) {
            return Err(ReadError::new(format!(
                "{pattern} in the URL is a placeholder or a pattern for several URLs; write the URL that is sent, with --globoff if {pattern} is meant"
            )));
        }
        if self.request.method.is_empty() {
            let has_body = (self.data.is_some() && !self.as_query) || !self.fields.is_empty();
            let method = match (self.as_head, has_body) {
                (true, _) => "HEAD",
                (false, true) => "POST",
                (false, false) => "GET",
            };
            self.request.method = method.to_string();
        }
        if let Some(query) = self.data.take_if(|_| self.as_query) {
            self.query.push(lossy(&query));
        }
        (self.request.uri, self.request.repairs) = self.sent_uri(&word.text);
        self.request.cut_uri = word.cut.map(|cut| self.sent_uri(&word.text[..cut]).0);
        self.request.body = self.body()?;
        self.request.host_from_header();
        Ok(self.request)
    }

    fn body(&mut self) -> Result<Body, ReadError> {
        let body = match (self.data.take(), self.fields.is_empty()) {
            (None, true) => return Ok(Body::Absent),
            (Some(data), _) => {
                if self.request.media_type().is_none() {
                    self.request.set_header("Content-Type", self.media_type.unwrap_or(FORM));
                }
                data
            }
            (None, false) => {
                // curl chooses a boundary; none is in the command.
                self.request.set_header("Content-Type", "multipart/form-data; boundary=boundary-of-curl");
                multipart::body("boundary-of-curl", &self.fields)
            }
        };
        match &self.missing {
            Some(file) if matches!(self.request.essence().as_str(), FORM | "") => Err(ReadError::new(format!(
                "the body is in the file {file}; put the file there or write its content into the command"
            ))),
            Some(_) => Ok(Body::Unknown),
            None => Ok(Body::Bytes(body)),
        }
    }

    /// The URI that curl sends, with a scheme, the added query, and no dot segments; and remarks on the changes.
    fn sent_uri(&self, uri: &str) -> (String, Vec<Remark>) {
        let mut repairs = Vec::new();
        let (scheme, rest) = match uri.split_once("://") {
            Some((scheme, rest)) if !scheme.contains(['/', '?', '#']) => (scheme, rest),
            // curl's default scheme is http.
            _ => (self.default_scheme.as_deref().unwrap_or("http"), uri),
        };
        let (rest, fragment) = rest.split_at(rest.find('#').unwrap_or(rest.len()));
        let (before, query) = rest.split_at(rest.find('?').unwrap_or(rest.len()));
        let (authority, path) = before.split_at(before.find('/').unwrap_or(before.len()));
        let sent_path = if self.is_path_as_is || path.is_empty() { path.to_string() } else { resolved(path) };
        if sent_path != path {
            repairs.push(Remark::new(
                "dot-segments",
                "curl removes the segments . and .. from the path, unless --path-as-is is given.",
            ));
        }
        if !self.is_glob_off && patterns(&rest[authority.len()..]).next().is_some() {
            repairs.push(Remark::new("glob", "curl reads braces and brackets in a URL as a pattern, unless --globoff is given. They are read as they are."));
        }
        let mut sent = [scheme, "://", authority, &sent_path, query].concat();
        for mark in ["{", "}", "[", "]"].iter().filter(|_| !self.is_glob_off) {
            sent = sent.replace(&format!("\\{mark}"), mark);
        }
        for pair in &self.query {
            sent.push(if sent.contains('?') { '&' } else { '?' });
            sent.push_str(pair);
        }
        sent.push_str(fragment);
        (sent, repairs)
    }
}

/// The patterns of a URL, such as `{a,b}` and `[1-3]`. A backslash makes a mark an ordinary character.
fn patterns(url: &str) -> impl Iterator<Item = &str> {
    let starts = url.match_indices(['{', '[']).map(|(at, _)| at).filter(|at| !url[..*at].ends_with('\\'));
    starts.filter_map(|at| {
        let end = at + url[at..].find(['}', ']'])?;
        Some(&url[at..=end + usize::from(url[end..].starts_with("}}"))])
    })
}

fn reject_expansion(word: &Word) -> Result<(), ReadError> {
    match &word.expansion {
        None => Ok(()),
        Some(name) => Err(ReadError::new(format!(
            "a shell replaces {name} in the command by a value; write the value, or use single quotes if the $ is meant"
        ))),
    }
}
