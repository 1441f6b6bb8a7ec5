//! Signs requests of the client `ureq`: query, form and JSON body, each placement of the protocol parameters, and a
//! replay.
//!
//!     cargo run --example verifying_server -- 127.0.0.1:8437
//!     cargo run --example ureq -- http://127.0.0.1:8437

use std::{error::Error, process::ExitCode};

use exh_oauth1::{Credentials, Request, Signer};
use ureq::{Agent, Body, http::Response};

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
    let base = std::env::args().nth(1).ok_or("usage: ureq http://HOST:PORT")?;
    // RFC 5849 §1.2.
    let signer = Signer::new(Credentials::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44"))
        .token(Credentials::new("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00"));
    let agent: Agent = Agent::config_builder()
        // A signature is for one URI, so redirects are not followed.
        .max_redirects(0)
        .http_status_as_error(false)
        .build()
        .into();

    // The same text is signed and sent. Parameters added with `query()` of ureq would not be signed.
    let uri = format!("{base}/photos?file=vacation.jpg&size=original");
    let header = signer.authorize(&Request::new("GET", &uri)?)?.into_string();
    show("GET, header", 200, agent.get(&uri).header("Authorization", &header).call()?)?;
    show("GET, the same header again", 401, agent.get(&uri).header("Authorization", &header).call()?)?;

    let sent = signer.authorize(&Request::new("GET", &uri)?)?.in_query(&uri);
    show("GET, query", 200, agent.get(&sent).call()?)?;

    let (uri, form) = (format!("{base}/photos"), "title=a+b%26c&tag=x&tag=x");
    let request = Request::new("POST", &uri)?.form(form)?;
    let media_type = "application/x-www-form-urlencoded; charset=utf-8";
    let header = signer.authorize(&request)?.into_string();
    let post = agent.post(&uri).header("Authorization", &header).content_type(media_type);
    show("POST, form and header", 200, post.send(form)?)?;
    let post = agent.post(&uri).content_type(media_type);
    show("POST, form", 200, post.send(signer.authorize(&request)?.in_form(form))?)?;

    // A body that is not a form is not signed. Its hash is signed if the server wants that.
    let body = r#"{"title":"a b"}"#;
    let request = Request::new("PUT", &uri)?.body_hash(signer.signature_method(), body.as_bytes())?;
    for (what, status, body) in
        [("PUT, JSON with body hash", 200, body), ("PUT, another body than the one hashed", 401, "{}")]
    {
        let header = signer.authorize(&request)?.into_string();
        let put = agent.put(&uri).header("Authorization", &header).content_type("application/json");
        show(what, status, put.send(body)?)?;
    }
    Ok(())
}

fn show(what: &str, expected: u16, mut response: Response<Body>) -> Result<(), Box<dyn Error>> {
    let status = response.status().as_u16();
    println!("{what}: {status} {}", response.body_mut().read_to_string()?.trim_end());
    if status == expected { Ok(()) } else { Err(format!("expected {expected}").into()) }
}
