//! The program as a task: each event gets the user of the credentials, or makes the call that it asks for.

use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use clap::Args;
use exh_oauth1::{
    client::{Client, Error as ClientError, ME, RequestBuilder, Response},
    task::{self, Context, Error, Runner},
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{
    connection::{self, Connection},
    failure::Failure,
    options::GlobalOptions,
    output::{stderr::note, stdout},
};

/// The most of an answer, in bytes: Lambda takes no larger result.
const LARGEST_ANSWER: u64 = 6 << 20;

#[derive(Args, Debug, Default)]
#[command(after_help = "\
Examples:
  exh-oauth1 task --event event.json --sandbox
  echo '{\"data\":{\"request\":{\"path\":\"/users/v1/me\"}}}' | exh-oauth1 task --event -")]
pub(crate) struct Task {
    /// Run once, for the event in this file; - is standard input
    #[arg(long, value_name = "FILE")]
    event: Option<PathBuf>,
}

/// What is read of an event: all else may be large, and is passed over.
#[derive(Deserialize)]
struct Event {
    data: Option<Data>,
}

/// What `event.data` may ask for.
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
    /// As it stands there.
    body: Option<Box<RawValue>>,
}

/// What came of it.
#[derive(Serialize)]
#[serde(untagged)]
enum Done {
    User(Box<RawValue>),
    Answer(Answer),
}

/// Status and body of an answer: JSON as it is, text as a string, and anything else as base64.
#[derive(Serialize)]
struct Answer {
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Body>,
    #[serde(
        rename = "isBase64Encoded",
        skip_serializing_if = "core::ops::Not::not"
    )]
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

/// Whether the program is to be a task where no command is given: Lambda started it, or it has the name of Lambda's programs.
pub(crate) fn is_wanted() -> bool {
    task::is_on_lambda()
        || env::args_os()
            .next()
            .is_some_and(|program| Path::new(&program).file_name() == Some("bootstrap".as_ref()))
}

/// Serves Lambda's events; elsewhere runs once for the event in a file and prints the result.
pub(crate) fn run(global: &GlobalOptions, task: &Task) -> Result<ExitCode, Failure> {
    let options = global.clone();
    let connection = global
        .sandbox
        .then(|| Connection::open(global))
        .transpose()?;
    let sandbox = connection.as_ref().map(|open| open.client.clone());
    let runner = Runner::new().client(move || match &sandbox {
        Some(client) => Ok(client.clone()),
        None => client(&options),
    });
    if task::is_on_lambda() && task.event.is_none() {
        // What is wrong with the settings is the answer to each event, where it can be read.
        return Ok(runner.serve(handle));
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

fn handle(event: Event, context: &Context) -> Result<Done, Error> {
    let client = context.client();
    match event.data.and_then(|data| data.request) {
        None => {
            let response = sent(client.request("GET", ME)?)?;
            response.expect_user()?;
            Ok(Done::User(response.json()?))
        }
        Some(request) => call(client, request).map(Done::Answer),
    }
}

fn call(client: &Client, request: Request) -> Result<Answer, Error> {
    const METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
    let method = request.method.to_ascii_uppercase();
    if !METHODS.contains(&method.as_str()) {
        return Err(Error::new(
            "INVALID_EVENT",
            format_args!("data.request.method is one of {}", METHODS.join(", ")),
        )
        .exits(2));
    }
    let mut call = client.request(&method, &request.path)?;
    if let Some(body) = &request.body {
        call = call.json(body)?;
    }
    Ok(Answer::of(&sent(call)?))
}

fn sent(call: RequestBuilder) -> Result<Response, ClientError> {
    call.body_limit(LARGEST_ANSWER).send()
}

impl Answer {
    fn of(response: &Response) -> Self {
        let body = match (response.json(), response.text()) {
            (Ok(json), _) => Some(Body::Json(json)),
            (_, Ok("")) => None,
            (_, Ok(text)) => Some(Body::Text(text.to_owned())),
            (_, Err(_)) => Some(Body::Text(STANDARD.encode(response.bytes()))),
        };
        Self {
            body,
            is_base64_encoded: response.text().is_err(),
            status: response.status(),
        }
    }
}
