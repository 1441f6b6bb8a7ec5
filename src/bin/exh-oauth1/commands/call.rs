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
    input::request::{Request, RequestOptions},
    options::GlobalOptions,
    output::{
        attempts::{report, report_error},
        curl::Tool,
        download,
        stderr::note,
        stdout,
    },
};

/// The arguments of `get`.
#[derive(Args, Debug)]
pub(crate) struct Get {
    /// Follow a list to its end and print each item as a line of JSON; limit() sets the page size
    #[arg(long, conflicts_with_all = ["include", "dry_run", "printed_as"])]
    all: bool,
    #[command(flatten)]
    request: Request,
}

/// Prints the user that the credentials belong to.
pub(crate) fn me(global: &GlobalOptions, options: &RequestOptions) -> Result<(), Failure> {
    call(global, "GET", ME, options, Response::expect_user)
}

/// Makes a GET request and prints the response, or the items of a list.
pub(crate) fn get(global: &GlobalOptions, get: &Get) -> Result<(), Failure> {
    let Request { path, options } = &get.request;
    if !get.all {
        return request(global, "GET", &get.request);
    }
    let connection = Connection::open(global, &options.signing)?;
    let builder = options.build(&connection.client, "GET", path)?;
    let file = options.output.as_deref();
    let file = file.filter(|file| !download::is_standard_output(file));
    list::all(global, builder, file)
}

/// Makes a request of any method and prints the response.
pub(crate) fn request(global: &GlobalOptions, method: &str, request: &Request) -> Result<(), Failure> {
    call(global, method, &request.path, &request.options, |_| Ok(()))
}

fn call(
    global: &GlobalOptions,
    method: &str,
    path: &str,
    options: &RequestOptions,
    check: fn(&Response) -> Result<(), Error>,
) -> Result<(), Failure> {
    if options.printed_as.is_some() {
        global.refuse_sandbox()?;
    }
    let connection = Connection::open(global, &options.signing)?;
    let builder = options.build(&connection.client, method, path)?;
    if options.dry_run {
        return print(&builder);
    }
    if let Some(Tool::Curl) = options.printed_as {
        let signed = builder.sign()?;
        return stdout::line(&options.command(&signed).text(global)?);
    }
    // These responses have nothing else to show.
    let include = options.include || matches!(method, "HEAD" | "OPTIONS");
    let to_file = options.output.as_deref();
    // A terminal gets an escaped body, for which all of it is needed.
    let to_terminal = |path: &Path| download::is_standard_output(path) && io::stdout().is_terminal();
    if let Some(path) = to_file.filter(|path| !to_terminal(path)) {
        let response = download::save(builder, path, include).map_err(|failure| failure.include(include))?;
        report(global, response.attempts());
        return Ok(());
    }
    let response = reported(global, builder.send()).map_err(|error| Failure::from(error).include(include))?;
    check(&response)?;
    if include {
        stdout::headers(&response)?;
    }
    stdout::body(response.bytes())
}

/// Prints the attempts to standard error.
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
            note("the body is streamed from its file, and is shown to pipes only");
            Ok(())
        }
        None => stdout::copy(&mut builder.open_body()),
    }
}
