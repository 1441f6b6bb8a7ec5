//! Calls of the API.

use std::{
    io::{self, IsTerminal as _},
    path::Path,
};

use clap::Args;
use exh_oauth1::client::{Error, ME, RequestBuilder, Response};

use super::list;
use crate::{
    connection::Connection,
    failure::Failure,
    input::request::Request,
    options::GlobalOptions,
    output::{
        attempts::{report, report_error},
        curl::{self, As},
        download,
        stderr::note,
        stdout,
    },
};

#[derive(Args, Debug, Default)]
pub(crate) struct Me {
    /// Print a command that sends the signed request, and send nothing
    #[arg(long = "as", value_name = "TOOL")]
    printed_as: Option<As>,
}

/// Prints the user that the credentials belong to.
pub(crate) fn me(global: &GlobalOptions, me: &Me) -> Result<(), Failure> {
    if me.printed_as.is_some() {
        global.refuse_sandbox()?;
    }
    let connection = Connection::open(global)?;
    if let Some(As::Curl) = me.printed_as {
        let signed = connection.client.request("GET", ME)?.sign()?;
        return stdout::line(&curl::Command::new(&signed, curl::Body::None).text(global)?);
    }
    let response = reported(global, connection.client.get(ME))?;
    response.expect_user()?;
    stdout::body(response.bytes())
}

/// Prints the items of a list.
pub(crate) fn list(global: &GlobalOptions, request: &Request) -> Result<(), Failure> {
    let connection = Connection::open(global)?;
    let builder = request.build(&connection.client, "GET")?;
    let path = request.output.as_deref();
    let path = path.filter(|path| !download::is_standard_output(path));
    list::all(global, builder, path)
}

/// Makes a request of any method and prints the answer.
pub(crate) fn request(
    global: &GlobalOptions,
    method: &str,
    request: &Request,
) -> Result<(), Failure> {
    if request.printed_as.is_some() {
        global.refuse_sandbox()?;
    }
    let connection = Connection::open(global)?;
    let builder = request.build(&connection.client, method)?;
    if request.dry_run {
        return print(&builder);
    }
    if let Some(As::Curl) = request.printed_as {
        let signed = builder.sign()?;
        return stdout::line(&request.command(&signed).text(global)?);
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
        report(global, response.attempts());
        return Ok(());
    }
    let response =
        reported(global, builder.send()).map_err(|error| Failure::from(error).include(include))?;
    if include {
        stdout::headers(&response)?;
    }
    stdout::body(response.bytes())
}

/// Says on standard error what was tried.
fn reported(global: &GlobalOptions, result: Result<Response, Error>) -> Result<Response, Error> {
    match &result {
        Ok(response) => report(global, response.attempts()),
        Err(error) => report_error(global, error),
    }
    result
}

/// Prints a request as it would be sent.
fn print(builder: &RequestBuilder) -> Result<(), Failure> {
    let request = builder.sign()?;
    let mut text = format!("{} {} HTTP/1.1\n", request.method(), request.url());
    for (name, value) in request.headers() {
        text.push_str(&format!("{name}: {value}\n"));
    }
    stdout::line(&text)?;
    match request.body() {
        Some(body) => stdout::body(body),
        None if io::stdout().is_terminal() => {
            note("the body, which is read from its file while it is sent, is shown to pipes only");
            Ok(())
        }
        None => stdout::copy(&mut builder.open_body()),
    }
}
