//! The program as a task: each event gets the user of the credentials, or makes the call that it asks for.

use std::{env, path::Path, process::ExitCode};

use exh_oauth1::{
    client::{Client, Error as ClientError, Response},
    task::{self, Context, Error, Event, Runner, Value, json},
};
use serde::Deserialize;

use crate::{
    arguments::Common,
    connection::{self, Connection},
    failure::Failure,
    output,
};

/// What `event.data` may ask for.
#[derive(Default, Deserialize)]
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
    body: Option<Value>,
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
pub(crate) fn run(common: &Common, event: Option<&Path>) -> Result<ExitCode, Failure> {
    let options = common.clone();
    let connection = common
        .sandbox
        .then(|| Connection::open(common))
        .transpose()?;
    let sandbox = connection.as_ref().map(|open| open.client.clone());
    let runner = Runner::new().client(move || match &sandbox {
        Some(client) => Ok(client.clone()),
        None => client(&options),
    });
    if task::is_on_lambda() && event.is_none() {
        // What is wrong with the settings is the answer to each event, where it can be read.
        return Ok(runner.serve(handle));
    }
    match runner.invoke(event, handle) {
        Ok(result) => {
            output::body(&[&result, b"\n".as_slice()].concat())?;
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            output::note(&crate::json::escaped(&error.report()));
            Ok(ExitCode::from(error.exit_code()))
        }
    }
}

fn client(common: &Common) -> Result<Client, ClientError> {
    Ok(connection::client(common, &common.settings())?)
}

fn handle(event: Event<Option<Data>>, context: &Context) -> Result<Value, Error> {
    let client = context.client();
    match event.data.and_then(|data| data.request) {
        None => Ok(serde_json::to_value(client.me()?)?),
        Some(request) => call(client, request),
    }
}

fn call(client: &Client, request: Request) -> Result<Value, Error> {
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
    Ok(told(&call.send()?))
}

/// Status and body: JSON as it is, text as a string, and anything else as base64.
fn told(response: &Response) -> Value {
    let status = response.status();
    if let Ok(body) = response.json::<Value>() {
        return json!({ "status": status, "body": body });
    }
    match response.text() {
        Ok("") => json!({ "status": status }),
        Ok(text) => json!({ "status": status, "body": text }),
        Err(_) => json!({
            "status": status,
            "body": base64_of(response.bytes()),
            "isBase64Encoded": true,
        }),
    }
}

fn base64_of(octets: &[u8]) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    STANDARD.encode(octets)
}
