//! The body of a request, as `sign` and every command that sends one accept it.

use std::{
    io::{self, Read as _},
    path::Path,
};

use clap::Args;
use exh_oauth1::{Request, oauth1::percent};
use serde::de::IgnoredAny;

use super::{characters::unencoded, files, values::pair};
use crate::{failure::Failure, output::stderr::warn};

/// The media type of a form.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

const JSON: &str = "application/json";

/// The largest body from standard input, in bytes.
const STANDARD_INPUT_LIMIT: u64 = 64 << 20;

/// The largest form whose characters are checked here, in bytes. Its parameters need many times as much memory.
const LARGEST_CHECKED: usize = 128 << 10;

/// The largest form from a file that `sign` reads, in bytes.
const FORM_LIMIT: usize = 1 << 20;

#[derive(Args, Debug, Default)]
pub(crate) struct BodyOptions {
    /// Use this body: text, @FILE, or - for standard input; JSON unless --content-type is given
    #[arg(short, long, value_name = "BODY", conflicts_with = "form")]
    data: Option<String>,
    /// Set the media type of the body
    // Both are needed: clap does not check `requires` if a conflicting option is given.
    #[arg(long, value_name = "TYPE", requires = "data", conflicts_with = "form")]
    content_type: Option<String>,
    /// Add a form field, encoded and signed; if a value is @FILE, all fields are sent as multipart, which is not signed
    #[arg(short = 'F', long, value_name = "NAME=VALUE", value_parser = pair)]
    form: Vec<(String, String)>,
}

/// A body that was read as far as signing needs it.
pub(crate) enum Body<'a> {
    None,
    /// A form as it is sent.
    Form {
        text: String,
        content_type: &'a str,
    },
    Bytes {
        bytes: Vec<u8>,
        content_type: &'a str,
    },
    /// A file, which may be a form.
    File {
        path: &'a Path,
        content_type: &'a str,
    },
    /// Names and values; a value of `@FILE` is a file.
    Multipart(&'a [(String, String)]),
}

impl BodyOptions {
    /// Reads the body, and warns if it is meant as JSON and is not.
    pub(crate) fn read(&self) -> Result<Body<'_>, Failure> {
        if self.form.iter().any(|(_, value)| value.starts_with('@')) {
            return Ok(Body::Multipart(&self.form));
        }
        if !self.form.is_empty() {
            let fields =
                self.form.iter().map(|(name, value)| format!("{}={}", percent::encode(name), percent::encode(value)));
            let text = fields.collect::<Vec<_>>().join("&");
            return Ok(Body::Form { text, content_type: FORM });
        }
        let Some(data) = &self.data else {
            return Ok(Body::None);
        };
        let content_type = self.content_type.as_deref().unwrap_or(JSON);
        let is_form = is(content_type, FORM);
        let bytes = match data.strip_prefix('@').map(Path::new) {
            Some(path) => return Ok(Body::File { path, content_type }),
            None if data == "-" => standard_input()?,
            None => data.clone().into_bytes(),
        };
        if is_form {
            let text = form(bytes)?;
            return Ok(Body::Form { text, content_type });
        }
        if is(content_type, JSON)
            && let Err(error) = serde_json::from_slice::<IgnoredAny>(&bytes)
        {
            warn(&format!("the body is not JSON ({error}), and is sent as it is"));
        }
        Ok(Body::Bytes { bytes, content_type })
    }

    /// Reads the body; a form is read from its file, too.
    pub(crate) fn read_form(&self) -> Result<Body<'_>, Failure> {
        match self.read()? {
            Body::File { path, content_type } if is(content_type, FORM) => {
                let bytes = files::read(path, FORM_LIMIT).map_err(|error| Failure::cannot_read(path, &error))?;
                let text = form(bytes.to_vec())?;
                Ok(Body::Form { text, content_type })
            }
            body => Ok(body),
        }
    }

    /// The file that is the body.
    pub(crate) fn path(&self) -> Option<&str> {
        self.data.as_deref()?.strip_prefix('@')
    }

    /// The fields of a form.
    pub(crate) fn fields(&self) -> &[(String, String)] {
        &self.form
    }
}

/// Whether a content type is of this media type, whatever its parameters.
fn is(content_type: &str, media_type: &str) -> bool {
    let found = content_type.split(';').next().unwrap_or_default();
    found.trim().eq_ignore_ascii_case(media_type)
}

/// Checks a form that is already encoded.
fn form(bytes: Vec<u8>) -> Result<String, Failure> {
    let text = String::from_utf8(bytes).map_err(|_| Failure::usage("the form is not UTF-8 text"))?;
    if text.len() > LARGEST_CHECKED {
        return Ok(text);
    }
    let any = Request::new("POST", "https://localhost/")?;
    any.form(&text).map_err(|error| {
        unencoded(error, "form", &text, 0).hint(
            "-F encodes names and values; a body that is not a form needs another --content-type, and --body-hash signs it",
        )
    })?;
    Ok(text)
}

fn standard_input() -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    // Reserved at once: a buffer that grows fails late and leaves copies. Memory that is not written costs nothing.
    body.try_reserve_exact(STANDARD_INPUT_LIMIT as usize + 1)
        .map_err(|error| Failure::unavailable(format_args!("cannot hold standard input: {error}")))?;
    io::stdin()
        .lock()
        .take(STANDARD_INPUT_LIMIT + 1)
        .read_to_end(&mut body)
        .map_err(|error| Failure::usage(format_args!("cannot read standard input: {error}")))?;
    if body.len() as u64 > STANDARD_INPUT_LIMIT {
        let message = "standard input is longer than 64 MiB, which is the limit in memory";
        return Err(Failure::usage(message).hint("give a file: -d @FILE"));
    }
    body.shrink_to_fit();
    Ok(body)
}
