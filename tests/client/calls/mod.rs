//! The client against a server that records requests and sends canned responses.

mod network;
mod requests;
mod responses;
use std::time::Duration;

use exh_oauth1::{
    Authorization, Client, Credentials, Request, Signer,
    client::{BaseUrl, ClientBuilder, Configuration, Error, NetworkErrorKind},
};

use crate::support::server::Server;

const SECRETS: [&str; 2] = ["kd94hf93k423kf44", "pfkkdhi9sl3r4s00"];
const OK: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"id\":\"me\"}";

impl Server {
    fn builder(&self) -> ClientBuilder {
        builder(&format!("http://127.0.0.1:{}", self.port))
    }

    fn client(&self) -> Client {
        self.builder().build().unwrap()
    }
}

fn signer() -> Signer {
    Signer::new(Credentials::new("dpf43f3p2l4k3l03", SECRETS[0]))
        .token(Credentials::new("nnch734d00sl2jdk", SECRETS[1]))
}

fn builder(base_url: &str) -> ClientBuilder {
    let base_url = BaseUrl::from_url(base_url, false).unwrap();
    Client::builder(Configuration::new(base_url, signer())).timeout(Duration::from_secs(10))
}

fn header<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    request.lines().take_while(|line| !line.is_empty()).find_map(|line| {
        let (other, value) = line.split_once(": ")?;
        other.eq_ignore_ascii_case(name).then_some(value)
    })
}

/// Verifies the recorded request as a server would.
fn verify(received: &str, form: Option<&str>) {
    let mut line = received.lines().next().unwrap().split(' ');
    let (method, target) = (line.next().unwrap(), line.next().unwrap());
    let uri = format!("http://{}{target}", header(received, "Host").unwrap());
    let mut request = Request::new(method, &uri).unwrap();
    if let Some(form) = form {
        request = request.form(form).unwrap();
    }
    let authorization = Authorization::parse(header(received, "Authorization").unwrap()).unwrap();
    signer().verify(&request, &authorization).unwrap();
}

fn failure(response: impl AsRef<[u8]>) -> Error {
    let server = Server::responding(response);
    let error = server.client().get("/x?a=1").unwrap_err();
    assert_secretless(&error);
    drop(server.received());
    error
}

fn assert_secretless(error: &Error) {
    let texts = format!("{error} {error:?} {:?}", error.hint());
    for secret in SECRETS {
        assert!(!texts.contains(secret), "{texts}");
    }
    assert!(!texts.contains("oauth_signature"), "{texts}");
}

fn network_kind(error: &Error) -> Option<NetworkErrorKind> {
    match error {
        Error::Network(error) => Some(error.kind()),
        _ => None,
    }
}

#[test]
fn a_client_is_shared_between_threads_and_shows_no_secret() {
    fn shared<T: Clone + Send + Sync + 'static>(_: &T) {}
    let client = builder("http://127.0.0.1:1").build().unwrap();
    shared(&client);
    let request = client.request("GET", "/x").unwrap().form("a=b").unwrap();
    let shown = format!("{client:?} {request:?}");
    assert!(SECRETS.iter().all(|secret| !shown.contains(secret)));
    assert!(size_of::<Error>() <= 64, "{}", size_of::<Error>());
}
