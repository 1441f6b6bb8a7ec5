//! Signs a request of the crate `http` in place. Any client for such requests can send it.
//!
//!     cargo run --example verifying_server -- 127.0.0.1:8437
//!     cargo run --features http --example http_request -- http://127.0.0.1:8437

use std::{error::Error, process::ExitCode};

use exh_oauth1::{Credentials, Signer};
use http::Request;

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
    let base = std::env::args().nth(1).ok_or("usage: http_request http://HOST:PORT")?;
    // RFC 5849 §1.2.
    let signer = Signer::new(Credentials::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44"))
        .token(Credentials::new("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00"));

    let mut request = Request::get(format!("{base}/photos?file=vacation.jpg&size=original")).body(String::new())?;
    signer.authorize_http(&mut request, None)?;
    // The header is marked as sensitive: this shows `"authorization": Sensitive`.
    println!("{:?}", request.headers());
    send("GET", request)?;

    let form = "title=a+b%26c&tag=x&tag=x";
    let mut request = Request::post(format!("{base}/photos"))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(form.to_owned())?;
    signer.authorize_http(&mut request, Some(form))?;
    send("POST, form", request)
}

fn send(what: &str, request: Request<String>) -> Result<(), Box<dyn Error>> {
    let mut response = ureq::run(request)?;
    println!("{what}: {} {}", response.status().as_u16(), response.body_mut().read_to_string()?.trim_end());
    Ok(())
}
