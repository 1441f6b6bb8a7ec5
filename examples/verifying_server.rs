//! A server that verifies every request with `Signer::verify` and greets the client.
//!
//!     cargo run --example verifying_server -- 127.0.0.1:8437
//!
//! It knows the credentials of RFC 5849 §1.2, with which the other examples sign. Without an address, it listens on a
//! free port and prints it.

use std::{error::Error, io::Read as _, process::ExitCode};

use exh_oauth1::{
    Authorization, BodyHashError, Credentials, Request, Signer, VerifyError,
    oauth1::{MemoryReplayGuard, ReplayGuard as _},
    timestamp,
};
use tiny_http::{Header, Response, Server};

/// Maximum difference of a timestamp from the clock, in seconds.
const WINDOW: u64 = 300;
/// Maximum number of remembered requests. Beyond it, new requests in the window are rejected.
const REQUESTS: usize = 100_000;
/// Maximum size of a body, in bytes.
const BODY: u64 = 1 << 20;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1);
    let server =
        Server::http(address.as_deref().unwrap_or("127.0.0.1:0")).map_err(|error| -> Box<dyn Error> { error })?;
    let base = format!("http://{}", server.server_addr());
    println!("listening on {base}");
    let mut guard = Guard {
        signer: Signer::new(Credentials::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44"))
            .token(Credentials::new("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00")),
        base,
        replays: MemoryReplayGuard::new(WINDOW, REQUESTS),
    };
    for mut request in server.incoming_requests() {
        let (status, text) = match guard.check(&mut request) {
            Ok(client) => (200, format!("hello, {client}\n")),
            Err((status, error)) => (status, format!("{error}\n")),
        };
        let mut response = Response::from_string(text).with_status_code(status);
        if status == 401 {
            // RFC 9110 §11.6.1: a 401 names the authentication scheme.
            response.add_header("WWW-Authenticate: OAuth realm=\"Photos\"".parse::<Header>().expect("a header"));
        }
        request.respond(response)?;
    }
    Ok(())
}

struct Guard {
    signer: Signer,
    /// Scheme and host as the client sees them. They never come from the request.
    base: String,
    replays: MemoryReplayGuard,
}

type Refused = (u16, Box<dyn Error>);

impl Guard {
    /// Returns the client's identifier, or a status (§3.2) and the reason.
    fn check(&mut self, received: &mut tiny_http::Request) -> Result<String, Refused> {
        let unreadable = |error: Box<dyn Error>| (400, error);
        let refused = |error: Box<dyn Error>| (401, error);

        let mut body = Vec::new();
        received.as_reader().take(BODY + 1).read_to_end(&mut body).map_err(|error| unreadable(error.into()))?;
        if body.len() as u64 > BODY {
            return Err((413, "the body is too large".into()));
        }
        let header = |name: &'static str| {
            let mut headers = received.headers().iter();
            headers.find(|header| header.field.equiv(name)).map(|header| header.value.as_str())
        };
        // The parameters of the media type are ignored (§3.4.1.3.1).
        let is_form = header("Content-Type")
            .and_then(|value| value.split(';').next())
            .is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"));
        let mut form = if is_form {
            Some(str::from_utf8(&body).map_err(|error| unreadable(error.into()))?.to_owned())
        } else {
            None
        };

        // The protocol parameters are in one of three places (§3.5), looked for in this order.
        let mut target = received.url().to_owned();
        let authorization = if let Some(header) = header("Authorization") {
            Authorization::parse(header).map_err(|error| unreadable(error.into()))?
        } else if let Some(body) = form.as_deref().filter(|body| body.contains("oauth_signature=")) {
            let (authorization, rest) = Authorization::from_form(body).map_err(|error| unreadable(error.into()))?;
            form = Some(rest);
            authorization
        } else if target.contains("oauth_signature=") {
            let (authorization, rest) = Authorization::from_query(&target).map_err(|error| unreadable(error.into()))?;
            target = rest;
            authorization
        } else {
            return Err(refused("the request is not signed".into()));
        };

        let mut request = Request::new(received.method().as_str(), &format!("{}{target}", self.base))
            .map_err(|error| unreadable(error.into()))?;
        if let Some(form) = &form {
            request = request.form(form).map_err(|error| unreadable(error.into()))?;
        }
        self.signer.verify(&request, &authorization).map_err(|error| match error {
            VerifyError::Malformed(error) => unreadable(error.into()),
            error => refused(error.into()),
        })?;
        match authorization.verify_body(&request, &body) {
            // This server does not require body hashes, but checks them.
            Ok(()) | Err(BodyHashError::Missing) => {}
            Err(error) => return Err(refused(error.into())),
        }
        // Only after verifying: otherwise anyone could use up nonces and fill the memory.
        let now = timestamp().map_err(|error| (500, error.into()))?;
        self.replays.admit(&authorization, now).map_err(|error| refused(error.into()))?;
        Ok(authorization.consumer_key().into_owned())
    }
}
