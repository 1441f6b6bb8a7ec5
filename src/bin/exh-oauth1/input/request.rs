//! A request as the command line describes it: path, query, headers and body.

use std::{io, path::PathBuf};

use clap::{Args, builder::NonEmptyStringValueParser};
use exh_oauth1::client::{Client, Error, Multipart, RequestBuilder, RequestError, Rql, SignedRequest};

use super::{
    body::{Body, BodyOptions},
    characters::unencoded,
    signing::SigningOptions,
    url,
    values::pair,
};
use crate::{
    failure::Failure,
    output::{
        curl::{self, Command, Tool},
        stderr::warn,
    },
};

const FILE_HINT: &str = "@FILE is a file; to send a form value that begins with @, write \
-d 'NAME=%40VALUE' --content-type application/x-www-form-urlencoded";

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
    /// Path with its query as it is sent, such as '/users/v1/?limit(5)'; or a full URL of the configured host
    // An empty path comes from a variable that is not set, and would call the root.
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub(crate) path: String,
    #[command(flatten)]
    pub(crate) options: RequestOptions,
}

/// The options of every command that sends a request.
#[derive(Args, Debug, Default)]
pub(crate) struct RequestOptions {
    #[command(flatten)]
    body: BodyOptions,
    /// Add a parameter to the query, percent-encoded
    #[arg(short, long, value_name = "NAME=VALUE", value_parser = pair)]
    query: Vec<(String, String)>,
    /// Add RQL to the query, with plain values; put values with a comma or parenthesis in double quotes
    #[arg(long, value_name = "RQL")]
    rql: Vec<Rql>,
    /// Add a header
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE", value_parser = header)]
    headers: Vec<(String, String)>,
    /// Print status and headers of the response in front of its body
    #[arg(short, long)]
    pub(crate) include: bool,
    /// Write the body of a 2xx response to a file, which is replaced once the body is complete; - streams it to
    /// standard output, whatever its size
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Print the signed request instead of sending it
    #[arg(long, conflicts_with = "output")]
    pub(crate) dry_run: bool,
    /// Print a command that sends the signed request, instead of sending it
    #[arg(long = "as", value_name = "TOOL", conflicts_with_all = ["output", "dry_run"])]
    pub(crate) printed_as: Option<Tool>,
    #[command(flatten)]
    pub(crate) signing: SigningOptions,
}

impl RequestOptions {
    /// Reads the body and makes the request.
    pub(crate) fn build(&self, client: &Client, method: &str, path: &str) -> Result<RequestBuilder, Failure> {
        let base = client.configuration().base_url();
        let path = url::path(path, base)?;
        let mut request = client.request(method, path).map_err(|error| match error {
            Error::Request(RequestError::Parse(error)) => {
                let slash = usize::from(!path.starts_with('/'));
                unencoded(error, "path", path, base.as_str().len() + slash)
                    .hint("--rql and --query encode their values")
            }
            error => error.into(),
        })?;
        for (name, value) in &self.query {
            request = request.query(name, value)?;
        }
        for rql in &self.rql {
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
        request = request.placement(self.signing.placement.into());
        if self.signing.body_hash {
            request = request.body_hash();
        }
        match self.body.read()? {
            Body::None => Ok(request),
            Body::Form { text, content_type } => Ok(request.body(text, content_type)?),
            Body::Bytes { bytes, content_type } => Ok(request.body(bytes, content_type)?),
            Body::File { path, content_type } => {
                let hint = "@FILE is a file; to send a body that begins with @, use standard input: -d -";
                request.file(path, content_type).map_err(|error| unread(error, hint))
            }
            Body::Multipart(fields) => Ok(request.multipart(multipart(fields)?)?),
        }
    }

    /// The command that sends the request once it is signed.
    pub(crate) fn command<'a>(&'a self, signed: &'a SignedRequest) -> Command<'a> {
        let fields = curl::Body::Parts(self.body.fields());
        Command::new(signed, self.body.path().map_or(fields, curl::Body::File))
    }
}

fn multipart(fields: &[(String, String)]) -> Result<Multipart, Failure> {
    let mut parts = Multipart::new();
    for (name, value) in fields {
        parts = match value.strip_prefix('@') {
            Some(path) => parts
                .file(name, path, "application/octet-stream")
                .map_err(|error| io::Error::new(error.kind(), format!("{path}: {error}")))
                .map_err(|error| unread(Error::Upload(error), FILE_HINT))?,
            None => parts.text(name, value),
        };
    }
    Ok(parts)
}

/// A named file that cannot be read is wrong usage.
fn unread(error: Error, hint: &str) -> Failure {
    match error {
        Error::Upload(error) => Failure::usage(format_args!("cannot read {error}")).hint(hint),
        other => other.into(),
    }
}

/// Warns of values that were encoded for another tool.
fn warn_of_encoding(rql: &Rql) {
    // How RQL writes a percent sign.
    const PERCENT: &str = "%2525";
    let text = rql.to_string();
    let encoded = text.split(PERCENT).skip(1).find_map(|rest| {
        let digits = rest.get(..2)?;
        let is_encoded = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_encoded.then_some(digits)
    });
    if let Some(digits) = encoded {
        warn(&format!(
            "the RQL has %{digits} in a value, which is searched for literally; write plain values, the program encodes them"
        ));
    }
}

/// Warns of names with brackets: the API is likely to read them as nested values, which gives another base string.
fn warn_of_brackets(url: &str) {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let bracketed = query.split('&').map(|parameter| parameter.split('=').next().unwrap_or_default()).find(|name| {
        let name = name.to_ascii_uppercase();
        ["[", "]", "%5B", "%5D"].iter().any(|one| name.contains(one))
    });
    if let Some(name) = bracketed {
        warn(&format!(
            "the query has brackets in the name {name}, which Extra Horizon's API probably reads differently, so that the \
             signature does not match (109); in values of RQL, encode them twice (%255B, %255D)"
        ));
    }
}

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("write it as 'NAME: VALUE'")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}
