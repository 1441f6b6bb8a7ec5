//! Redirection-based authorization (RFC 5849 §2) against a server in another thread.
//!
//!     cargo run --example three_legged

use std::{
    collections::HashMap,
    error::Error,
    io::{self, Write as _},
    process::ExitCode,
    thread,
};

use exh_oauth1::{
    Authorization, Credentials, Nonce, Request, Signer,
    flow::{Temporary, TemporaryRequest},
};
use rand::rngs::SysRng;
use tiny_http::{Header, Response, Server};
use ureq::{Agent, http};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const CALLBACK: &str = "http://printer.example.com/ready";

/// The client credentials, which client and server share.
fn registered() -> Signer {
    // RFC 5849 §1.2.
    Signer::new(Credentials::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44"))
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let server = Server::http("127.0.0.1:0")?;
    let base = format!("http://{}", server.server_addr());
    let mut photos = Photos::new(base.clone());
    thread::spawn(move || {
        for request in server.incoming_requests() {
            if let Err(error) = photos.response(request) {
                let _ = writeln!(io::stderr(), "server: {error}");
            }
        }
    });
    let agent = Agent::new_with_config(Agent::config_builder().max_redirects(0).build());

    // §2.1: temporary credentials.
    let uri = format!("{base}/initiate");
    let initiate = TemporaryRequest::new(registered(), Request::new("POST", &uri)?, CALLBACK)?;
    let temporary = initiate.parse_response(&send(&agent, "POST", &uri, initiate.signer())?)?;
    println!("temporary credentials: {}", temporary.credentials().identifier());

    // §2.2: the user's browser goes to the server and returns to the callback.
    let redirect = agent.get(temporary.authorization_uri(&format!("{base}/authorize?lang=en"))?).call()?;
    let location = redirect.headers().get("Location").ok_or("no redirect")?.to_str()?;
    println!("the user returns to {}", location.split('?').next().unwrap_or_default());

    // §2.3: token credentials.
    let uri = format!("{base}/token");
    let token = temporary.callback(location)?.token_request(Request::new("POST", &uri)?);
    let response = token.parse_response(&send(&agent, "POST", &uri, token.signer())?)?;
    println!("token credentials: {} {:?}", response.credentials().identifier(), response.extra());

    // §3: a request on the user's behalf.
    let signer = registered().token(response.into_credentials());
    let photo = format!("{base}/photos?file=vacation.jpg&size=original");
    println!("{}", send(&agent, "GET", &photo, &signer)?);

    // The verifier is good for one token only.
    match send(&agent, "POST", &uri, token.signer()) {
        Err(error) => println!("a second token: {error}"),
        Ok(_) => return Err("the server gave a second token".into()),
    }
    // A callback with another user's temporary credentials is rejected.
    let other = Temporary::new(registered(), Credentials::new("other", "secret"))?;
    let error = other.callback(location).err().ok_or("it was accepted")?;
    println!("another callback: {error}");
    Ok(())
}

/// Signs a request, sends it, and returns the response's body.
fn send(agent: &Agent, method: &str, uri: &str, signer: &Signer) -> Result<String> {
    let header = signer.authorize(&Request::new(method, uri)?)?;
    // With `()` as its body, ureq sends a POST as an empty chunked body, which tiny_http can confuse with the next
    // request.
    let message = http::Request::builder()
        .method(method)
        .uri(uri)
        .header("Authorization", header.to_string())
        .header("Content-Length", "0")
        .body("")?;
    Ok(agent.run(message)?.body_mut().read_to_string()?)
}

/// The server. A real one forgets temporary credentials after some minutes, and rejects replays as the example
/// `verifying_server` does.
struct Photos {
    base: String,
    /// Temporary credentials by their identifier, and the verifier once the user has consented.
    temporary: HashMap<String, (Credentials, Option<String>)>,
    tokens: HashMap<String, Credentials>,
}

impl Photos {
    fn new(base: String) -> Self {
        let (temporary, tokens) = (HashMap::new(), HashMap::new());
        Self { base, temporary, tokens }
    }

    fn response(&mut self, received: tiny_http::Request) -> Result<()> {
        let uri = format!("{}{}", self.base, received.url());
        let path = received.url().split('?').next().unwrap_or_default();
        let response = match path {
            "/authorize" => {
                let location = self.authorize(&uri)?;
                let header = format!("Location: {location}").parse::<Header>();
                let header = header.map_err(|()| "no header")?;
                return Ok(received.respond(Response::empty(302).with_header(header))?);
            }
            _ => {
                let mut headers = received.headers().iter();
                let header = headers.find(|header| header.field.equiv("Authorization"));
                let header = header.map(|header| header.value.as_str()).unwrap_or_default();
                Request::new(received.method().as_str(), &uri)
                    .and_then(|request| Ok((request, Authorization::parse(header)?)))
                    .map_err(Into::into)
                    .and_then(|(request, authorization)| match path {
                        "/initiate" => self.initiate(&request, &authorization),
                        "/token" => self.token(&request, &authorization),
                        _ => self.photo(&request, &authorization),
                    })
            }
        };
        let (status, text) = match response {
            Ok(text) => (200, text),
            Err(error) => (401, error.to_string()),
        };
        Ok(received.respond(Response::from_string(text).with_status_code(status))?)
    }

    fn initiate(&mut self, request: &Request, authorization: &Authorization) -> Result<String> {
        registered().verify(request, authorization)?;
        if authorization.get("oauth_callback").as_deref() != Some(CALLBACK.as_bytes()) {
            return Err("the client is registered with another callback".into());
        }
        let (identifier, secret) = (random()?, random()?);
        let response = format!("oauth_token={identifier}&oauth_token_secret={secret}&oauth_callback_confirmed=true");
        let credentials = Credentials::new(identifier.clone(), secret);
        self.temporary.insert(identifier, (credentials, None));
        Ok(response)
    }

    /// The page on which the user consents, which is immediate here.
    fn authorize(&mut self, uri: &str) -> Result<String> {
        let token = uri.split_once("oauth_token=").map(|(_, token)| token).unwrap_or_default();
        let (_, verifier) = self.temporary.get_mut(token).ok_or("unknown temporary credentials")?;
        let verifier = verifier.insert(random()?);
        Ok(format!("{CALLBACK}?oauth_token={token}&oauth_verifier={verifier}"))
    }

    fn token(&mut self, request: &Request, authorization: &Authorization) -> Result<String> {
        let token = authorization.token().unwrap_or_default();
        let (credentials, verifier) = self.temporary.get(token.as_ref()).ok_or("unknown temporary credentials")?;
        registered().token(credentials.clone()).verify(request, authorization)?;
        let verifier = verifier.as_ref().ok_or("the user has not consented")?;
        if authorization.get("oauth_verifier").as_deref() != Some(verifier.as_bytes()) {
            return Err("the verifier is wrong".into());
        }
        self.temporary.remove(token.as_ref());
        let (identifier, secret) = (random()?, random()?);
        let response = format!("oauth_token={identifier}&oauth_token_secret={secret}&user=jane");
        self.tokens.insert(identifier.clone(), Credentials::new(identifier, secret));
        Ok(response)
    }

    fn photo(&self, request: &Request, authorization: &Authorization) -> Result<String> {
        let token = authorization.token().unwrap_or_default();
        let credentials = self.tokens.get(token.as_ref()).ok_or("unknown token credentials")?;
        registered().token(credentials.clone()).verify(request, authorization)?;
        Ok("vacation.jpg of jane".to_owned())
    }
}

fn random() -> Result<String> {
    Ok(Nonce::try_generate(&mut SysRng)?.to_string())
}
