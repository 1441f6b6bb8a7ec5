//! A request as the command line describes it: path, query, headers and body.

use std::{
    io::{self, Read as _},
    path::PathBuf,
};

use clap::{Args, builder::NonEmptyStringValueParser};
use exh_oauth1::{
    ParseError, Part,
    client::{Client, Error, Multipart, RequestBuilder, RequestError, Rql, SignedRequest},
    oauth1::percent,
};

use super::values::pair;
use crate::{
    failure::Failure,
    output::{
        curl::{As, Body, Command},
        stderr::warn,
    },
};

/// The most that is read from standard input as a body.
const STANDARD_INPUT_LIMIT: u64 = 64 << 20;

const FORM_HINT: &str = "@ begins a file's name; a form whose value begins with it is given encoded: \
-d 'NAME=%40VALUE' --content-type application/x-www-form-urlencoded";

/// What the commands of all methods have in common.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  exh-oauth1 get '/users/v1/?limit(5)'
  exh-oauth1 get /users/v1/ --rql 'eq(email,zoë@example.com)&limit(10)'
  exh-oauth1 get /users/v1/ --all -o users.jsonl
  exh-oauth1 get /users/v1/me --include
  exh-oauth1 put /users/v1/ID -d '{\"language\":\"FR\"}'
  exh-oauth1 post /tasks/v1/ -d @task.json --dry-run
  exh-oauth1 post /tasks/v1/ -d @task.json --as curl
  exh-oauth1 get /files/v1/TOKEN/file --output scan.dcm")]
pub(crate) struct Request {
    /// Path with its query as it is sent, such as '/users/v1/?limit(5)'
    // An empty one is a variable that is not set, and would call the root.
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub(crate) path: String,
    /// Body: text, @FILE, or - for standard input; JSON unless --content-type says otherwise
    #[arg(short, long, value_name = "BODY", conflicts_with = "form")]
    data: Option<String>,
    /// Media type of the body
    // Said twice: clap asks for nothing that goes with nothing else that is given.
    #[arg(long, value_name = "TYPE", requires = "data", conflicts_with = "form")]
    content_type: Option<String>,
    /// Field of a form, which is signed; with @FILE for a value all fields go as multipart, which is not
    #[arg(short = 'F', long, value_name = "NAME=VALUE", value_parser = pair)]
    form: Vec<(String, String)>,
    /// Parameter to add to the query, percent-encoded here
    #[arg(short, long, value_name = "NAME=VALUE", value_parser = pair)]
    query: Vec<(String, String)>,
    /// RQL to add to the query, its values in plain text; one with a comma or parenthesis in double quotes
    #[arg(long, value_name = "RQL")]
    rql: Option<Rql>,
    /// Header to add
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE", value_parser = header)]
    headers: Vec<(String, String)>,
    /// Print status and headers of the answer before its body
    #[arg(short, long)]
    pub(crate) include: bool,
    /// Write the body of an answer of 2xx to a file, which is replaced when all of it is there; - is standard output, to
    /// which it goes as it comes, whatever its size
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Print the signed request, and send nothing
    #[arg(long, conflicts_with = "output")]
    pub(crate) dry_run: bool,
    /// Print a command that sends the signed request, and send nothing
    #[arg(long = "as", value_name = "TOOL", conflicts_with_all = ["output", "dry_run"])]
    pub(crate) printed_as: Option<As>,
}

impl Request {
    /// Reads the body where it is, and makes the request.
    pub(crate) fn build(&self, client: &Client, method: &str) -> Result<RequestBuilder, Failure> {
        let base = client.configuration().base_url().as_str();
        let mut request = client
            .request(method, &self.path)
            .map_err(|error| unencoded(error, base, &self.path))?;
        for (name, value) in &self.query {
            request = request.query(name, value)?;
        }
        if let Some(rql) = &self.rql {
            warn_of_encoding(rql);
            request = request.rql(rql)?;
        }
        warn_of_brackets(request.url());
        for (name, value) in &self.headers {
            request = request.header(name, value).map_err(|error| {
                let message = format!("--header {name}: {error}");
                Failure::from(error).with_message(message)
            })?;
        }
        if let Some(data) = &self.data {
            let content_type = self.content_type.as_deref().unwrap_or("application/json");
            request = match data.strip_prefix('@') {
                Some(path) => request.file(path, content_type),
                None if data == "-" => request.body(standard_input()?, content_type),
                None => request.body(data.as_str(), content_type),
            }
            .map_err(|error| {
                unread(error, "@ begins a file's name; a body that begins with it goes through standard input: -d -")
            })?;
        } else if self.form.iter().any(|(_, value)| value.starts_with('@')) {
            let mut parts = Multipart::new();
            for (name, value) in &self.form {
                parts = match value.strip_prefix('@') {
                    Some(path) => parts
                        .file(name, path, "application/octet-stream")
                        .map_err(|error| io::Error::new(error.kind(), format!("{path}: {error}")))
                        .map_err(|error| unread(Error::Upload(error), FORM_HINT))?,
                    None => parts.text(name, value),
                };
            }
            request = request.multipart(parts)?;
        } else if !self.form.is_empty() {
            let pairs = self.form.iter();
            request = request.form_pairs(pairs.map(|(name, value)| (&**name, &**value)))?;
        }
        Ok(request)
    }

    /// The command that sends it when it is signed.
    pub(crate) fn command<'a>(&'a self, signed: &'a SignedRequest) -> Command<'a> {
        let path = self.data.as_deref().and_then(|data| data.strip_prefix('@'));
        Command::new(signed, path.map_or(Body::Parts(&self.form), Body::File))
    }
}

/// What was typed is the path, in which a place of the whole URI means nothing.
fn unencoded(error: Error, base: &str, path: &str) -> Failure {
    let place = match &error {
        Error::Request(RequestError::Parse(
            ParseError::Character {
                part: Part::Uri,
                position,
            }
            | ParseError::PercentEncoding {
                part: Part::Uri,
                position,
            },
        )) => {
            let slash = if path.starts_with('/') { 0 } else { 1 };
            position.checked_sub(base.len() + slash)
        }
        _ => None,
    };
    let one = place.and_then(|place| path.get(place..)?.chars().next());
    let (Some(place), Some(one)) = (place, one) else {
        return error.into();
    };
    let encoded = percent::encode(one.encode_utf8(&mut [0; 4])).to_string();
    let hint = format!(
        "write {encoded} for it, or give what it is part of with --rql or --query, which encode"
    );
    Failure::from(error)
        .with_message(format!(
            "the path has {one:?} at byte {place}, which cannot stand there by itself"
        ))
        .hint(hint)
}

/// A file that was named and cannot be read is wrong usage.
fn unread(error: Error, hint: &str) -> Failure {
    match error {
        Error::Upload(error) => {
            Failure::usage(format_args!("cannot read what is to be sent: {error}")).hint(hint)
        }
        other => other.into(),
    }
}

fn standard_input() -> Result<Vec<u8>, Failure> {
    // All the room there may be, so that it need not grow: what is not used is given back, and never was the machine's.
    let mut body = Vec::new();
    body.try_reserve_exact(STANDARD_INPUT_LIMIT as usize + 1)
        .map_err(|error| {
            Failure::unavailable(format_args!("cannot hold standard input: {error}"))
        })?;
    io::stdin()
        .lock()
        .take(STANDARD_INPUT_LIMIT + 1)
        .read_to_end(&mut body)
        .map_err(|error| Failure::usage(format_args!("cannot read standard input: {error}")))?;
    if body.len() as u64 > STANDARD_INPUT_LIMIT {
        let message = "standard input is longer than 64 MiB, which is held in memory";
        return Err(Failure::usage(message).hint("give a file: -d @FILE"));
    }
    body.shrink_to_fit();
    Ok(body)
}

/// Who encodes a value is used to lists that did not do it.
fn warn_of_encoding(rql: &Rql) {
    // A percent sign of plain text.
    const PERCENT: &str = "%2525";
    let text = rql.to_string();
    let encoded = text.split(PERCENT).skip(1).find_map(|rest| {
        let digits = rest.get(..2)?;
        let is_encoded = digits.bytes().all(|octet| octet.is_ascii_hexdigit());
        is_encoded.then_some(digits)
    });
    if let Some(digits) = encoded {
        warn(&format!(
            "the RQL has %{digits} in a value, which is looked for as it stands; write values in plain text, they are \
             encoded here"
        ));
    }
}

/// The API is likely to read such names with a parser for nested values, and so to another base string.
fn warn_of_brackets(url: &str) {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let bracketed = query
        .split('&')
        .map(|parameter| parameter.split('=').next().unwrap_or_default())
        .find(|name| {
            let name = name.to_ascii_uppercase();
            ["[", "]", "%5B", "%5D"]
                .iter()
                .any(|one| name.contains(one))
        });
    if let Some(name) = bracketed {
        warn(&format!(
            "the query has brackets in the name {name}, which Extra Horizon's API is likely to read in another way than \
             it is signed (109); in values of RQL encode them twice (%255B, %255D)"
        ));
    }
}

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once(':')
        .ok_or("write it as 'NAME: VALUE', with a colon")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}
