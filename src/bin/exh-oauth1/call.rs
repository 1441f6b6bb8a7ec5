//! Calls of the API.

use std::time::Instant;

use exh_oauth1::client::{Error, Response};

use crate::{
    arguments::Common,
    connection::Connection,
    failure::Failure,
    output::{self, note},
};

/// Prints the user that the credentials belong to.
pub(crate) fn me(common: &Common) -> Result<(), Failure> {
    let response = send(common, "/users/v1/me")?;
    response.user()?;
    output::body(response.bytes())
}

/// Prints what the API has at a path.
pub(crate) fn get(common: &Common, path: &str) -> Result<(), Failure> {
    let response = send(common, path)?;
    output::body(response.bytes())
}

fn send(common: &Common, path: &str) -> Result<Response, Failure> {
    let connection = Connection::open(common)?;
    let start = Instant::now();
    let answer = connection.client.get(path);
    if common.verbose {
        let outcome = match &answer {
            Ok(response) => format!("{} from {}", response.status(), response.url()),
            Err(Error::Network(_)) => "no answer".to_owned(),
            Err(error) => match error.response() {
                Some(response) => format!("{} from {}", response.status(), response.url()),
                None => "not sent, or no usable answer".to_owned(),
            },
        };
        note(&format!(
            "{outcome} after {} ms",
            start.elapsed().as_millis()
        ));
    }
    Ok(answer?)
}
