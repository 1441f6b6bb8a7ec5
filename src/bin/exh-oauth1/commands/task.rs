//! `exh-oauth1 task`: the program as a task. Each event gets the user, or makes the call in `data.request`. As an API
//! function, the program responds with the user.

use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use clap::Args;
use exh_oauth1::{
    client::{Client, Error as ClientError, ME, RequestBuilder, Response},
    task::{self, Context, Error, HttpResponse, Runner},
};
use serde::{Deserialize, Serialize, de::IgnoredAny};
use serde_json::value::RawValue;

use crate::{
    connection::{self, Connection},
    failure::Failure,
    input::signing::SigningOptions,
    options::GlobalOptions,
    output::{stderr::note, stdout},
};

#[derive(Args, Debug, Default)]
#[command(after_help = "\
Examples:
  exh-oauth1 task --event event.json --sandbox
  exh-oauth1 task --event event.json --time-limit 30
  echo '{\"data\":{\"request\":{\"path\":\"/users/v1/me\"}}}' | exh-oauth1 task --event -")]
pub(crate) struct Task {
    /// Read the event for a single run from a file, or from standard input if FILE is -
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    event: Option<PathBuf>,
    /// Set the deadline of a single run
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=900))]
    time_limit: Option<u64>,
}

/// Maximum size of a response in bytes: Lambda does not accept a larger result.
const BODY_LIMIT: u64 = 6 << 20;

/// The parts of an event that are read. Everything else may be large, and is skipped.
#[derive(Deserialize)]
struct Event {
    data: Option<Data>,
    /// Only the event of an API function has it.
    #[serde(rename = "requestContext")]
    request_context: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Data {
    request: Option<Request>,
}

/// A call of the API.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    #[serde(default = "get")]
    method: String,
    path: String,
    /// Sent as it is written in the event.
    body: Option<Box<RawValue>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Outcome {
    User(Box<RawValue>),
    Call(CallResult),
    ApiFunction(HttpResponse),
}

/// Status and body of a response. A JSON body stays JSON, text becomes a string, anything else base64.
#[derive(Serialize)]
struct CallResult {
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Body>,
    #[serde(rename = "isBase64Encoded", skip_serializing_if = "std::ops::Not::not")]
    is_base64_encoded: bool,
    status: u16,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Body {
    Json(Box<RawValue>),
    Text(String),
}

fn get() -> String {
    "GET".to_owned()
}

/// Returns whether to run as a task if no command is given: Lambda started the program, or its file is named
/// `bootstrap`.
pub(crate) fn is_wanted() -> bool {
    task::is_on_lambda()
        || env::args_os().next().is_some_and(|program| Path::new(&program).file_name() == Some("bootstrap".as_ref()))
}

/// Serves Lambda's events. Elsewhere runs once and prints the result.
pub(crate) fn run(global: &GlobalOptions, task: &Task) -> Result<ExitCode, Failure> {
    let options = global.clone();
    let connection = global.sandbox.then(|| Connection::open(global, &SigningOptions::default())).transpose()?;
    let sandbox = connection.as_ref().map(|open| open.client.clone());
    let mut runner = Runner::new().client(move || match &sandbox {
        Some(client) => Ok(client.clone()),
        None => client(&options),
    });
    if task::is_on_lambda() && task.event.is_none() {
        // Wrong settings become the error of each event, so that Lambda reports them.
        return Ok(runner.serve(handle));
    }
    if let Some(seconds) = task.time_limit {
        runner = runner.time_limit(Duration::from_secs(seconds));
    }
    match runner.invoke(task.event.as_deref(), handle) {
        Ok(mut result) => {
            result.push(b'\n');
            stdout::body(&result)?;
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            note(&error.report());
            Ok(ExitCode::from(error.exit_code()))
        }
    }
}

fn client(global: &GlobalOptions) -> Result<Client, ClientError> {
    Ok(connection::client(global, &global.settings())?)
}

fn handle(event: Event, context: &Context) -> Result<Outcome, Error> {
    let client = context.client();
    if event.request_context.is_some() {
        let response = HttpResponse::new(200)?.json(&user(client)?)?;
        return Ok(Outcome::ApiFunction(response));
    }
    match event.data.and_then(|data| data.request) {
        None => user(client).map(Outcome::User),
        Some(request) => call(client, request).map(Outcome::Call),
    }
}

fn user(client: &Client) -> Result<Box<RawValue>, Error> {
    let response = send(client.request("GET", ME)?)?;
    response.expect_user()?;
    Ok(response.json()?)
}

fn call(client: &Client, request: Request) -> Result<CallResult, Error> {
    const METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
    let method = request.method.to_ascii_uppercase();
    if !METHODS.contains(&method.as_str()) {
        return Err(Error::new(
            "INVALID_EVENT",
            format_args!("data.request.method must be one of {}", METHODS.join(", ")),
        )
        .exits(2));
    }
    let mut call = client.request(&method, &request.path)?;
    if let Some(body) = &request.body {
        call = call.json(body)?;
    }
    Ok(CallResult::of(&send(call)?))
}

fn send(call: RequestBuilder) -> Result<Response, ClientError> {
    call.body_limit(BODY_LIMIT).send()
}

impl CallResult {
    fn of(response: &Response) -> Self {
        let body = match (response.json(), response.text()) {
            (Ok(json), _) => Some(Body::Json(json)),
            (_, Ok("")) => None,
            (_, Ok(text)) => Some(Body::Text(text.to_owned())),
            (_, Err(_)) => Some(Body::Text(STANDARD.encode(response.bytes()))),
        };
        Self { body, is_base64_encoded: response.text().is_err(), status: response.status() }
    }
}
