//! Calls of the API.

use std::{
    io::{self, IsTerminal as _},
    path::Path,
};

use exh_oauth1::client::{Attempt, Error, ME, Outcome, RequestBuilder, Response};

use crate::{
    arguments::Common,
    base_string,
    connection::Connection,
    curl::{self, As},
    download,
    failure::Failure,
    list,
    output::{self, note},
    request::Request,
};

/// Prints the user that the credentials belong to.
pub(crate) fn me(common: &Common, printed_as: Option<As>) -> Result<(), Failure> {
    if printed_as.is_some() {
        common.refuse_sandbox()?;
    }
    let connection = Connection::open(common)?;
    if let Some(As::Curl) = printed_as {
        let signed = connection.client.request("GET", ME)?.sign()?;
        return output::line(&curl::Command::new(&signed, curl::Body::None).text(common)?);
    }
    let response = reported(common, connection.client.get(ME))?;
    response.expect_user()?;
    output::body(response.bytes())
}

/// Prints the items of a list.
pub(crate) fn list(common: &Common, request: &Request) -> Result<(), Failure> {
    let connection = Connection::open(common)?;
    let builder = request.build(&connection.client, "GET")?;
    let path = request.output.as_deref();
    let path = path.filter(|path| !download::is_standard_output(path));
    list::all(common, builder, path)
}

/// Makes a request of any method and prints the answer.
pub(crate) fn request(common: &Common, method: &str, request: &Request) -> Result<(), Failure> {
    if request.printed_as.is_some() {
        common.refuse_sandbox()?;
    }
    let connection = Connection::open(common)?;
    let builder = request.build(&connection.client, method)?;
    if request.dry_run {
        return print(&builder);
    }
    if let Some(As::Curl) = request.printed_as {
        let signed = builder.sign()?;
        return output::line(&request.command(&signed).text(common)?);
    }
    // An answer to HEAD has nothing else.
    let include = request.include || method == "HEAD";
    let to_file = request.output.as_deref();
    // A terminal shows what is fit for it, which is seen of the whole only.
    let to_terminal =
        |path: &Path| download::is_standard_output(path) && io::stdout().is_terminal();
    if let Some(path) = to_file.filter(|path| !to_terminal(path)) {
        let response =
            download::save(builder, path, include).map_err(|failure| failure.include(include))?;
        report(common, response.attempts());
        return Ok(());
    }
    let response =
        reported(common, builder.send()).map_err(|error| Failure::from(error).include(include))?;
    if include {
        output::head(&response)?;
    }
    output::body(response.bytes())
}

/// Says on standard error what was tried.
fn reported(common: &Common, result: Result<Response, Error>) -> Result<Response, Error> {
    match &result {
        Ok(response) => report(common, response.attempts()),
        Err(error) => report_error(common, error),
    }
    result
}

pub(crate) fn report_error(common: &Common, error: &Error) {
    report(common, error.attempts());
    if common.verbose {
        base_string::show(error);
    }
}

pub(crate) fn report(common: &Common, attempts: &[Attempt]) {
    report_attempts(common, attempts);
    warn_of_clock(attempts.last().map_or(0, |attempt| attempt.clock_offset));
}

pub(crate) fn report_attempts(common: &Common, attempts: &[Attempt]) {
    for (index, attempt) in attempts.iter().enumerate() {
        let outcome = match attempt.outcome {
            Outcome::Status(status) => status.to_string(),
            Outcome::Network(phase, kind) => format!("no answer ({phase:?}: {kind:?})"),
            Outcome::TooLarge => "larger than is taken".to_owned(),
            _ => "not sent, or no usable answer".to_owned(),
        };
        let wait = match attempt.waited.as_millis() {
            0 => String::new(),
            wait => format!(", begun after a wait of {wait} ms"),
        };
        if common.verbose {
            note(&format!(
                "attempt {}: {outcome} after {} ms{wait}",
                index + 1,
                attempt.took.as_millis()
            ));
        }
    }
}

/// A wrong clock is never mended in silence.
pub(crate) fn warn_of_clock(offset: i64) {
    if offset != 0 {
        let (seconds, side) = (
            offset.unsigned_abs(),
            if offset < 0 { "ahead of" } else { "behind" },
        );
        note(&format!(
            "warning: this machine's clock is {seconds} s {side} the server's, by which the request was signed; set the clock"
        ));
    }
}

/// Prints a request as it would be sent.
fn print(builder: &RequestBuilder) -> Result<(), Failure> {
    let request = builder.sign()?;
    let mut text = format!("{} {} HTTP/1.1\n", request.method(), request.url());
    for (name, value) in request.headers() {
        text.push_str(&format!("{name}: {value}\n"));
    }
    output::line(&text)?;
    match request.body() {
        Some(body) => output::body(body),
        None if io::stdout().is_terminal() => {
            note("the body, which is read from its file while it is sent, is shown to pipes only");
            Ok(())
        }
        None => output::copy(&mut builder.open_body()),
    }
}
