//! Signs requests of reqwest's blocking client.
//!
//!     cargo run --example verifying_server -- 127.0.0.1:8437
//!     cargo run --manifest-path examples/embedding/Cargo.toml -- http://127.0.0.1:8437

use std::{error::Error, process::ExitCode};

use exh_oauth1::{Credentials, Request, Signer};
use reqwest::{blocking::Client, redirect::Policy};

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
    let base = std::env::args()
        .nth(1)
        .ok_or("usage: reqwest http://HOST:PORT")?;
    // RFC 5849 §1.2.
    let signer = Signer::new(Credentials::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44"))
        .token(Credentials::new("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00"));
    // A signature is for one URI, so redirects are not followed.
    let client = Client::builder().redirect(Policy::none()).build()?;

    let photos = format!("{base}/photos");
    let get = client.get(format!("{photos}?file=vacation.jpg")).build()?;
    send(&client, &signer, "GET", get)?;
    let form = client
        .post(&photos)
        .form(&[("title", "a b&c ü"), ("tag", "x"), ("tag", "x")])
        .build()?;
    send(&client, &signer, "POST, form", form)?;
    let json = client
        .put(&photos)
        .header("Content-Type", "application/json")
        .body("{}")
        .build()?;
    send(&client, &signer, "PUT, JSON", json)
}

/// Signs a finished request, so that exactly the sent request is signed.
fn authorize(
    signer: &Signer,
    request: &mut reqwest::blocking::Request,
) -> Result<(), Box<dyn Error>> {
    let mut signed = Request::new(request.method().as_str(), request.url().as_str())?;
    let media_type = request
        .headers()
        .get("Content-Type")
        .map(|value| value.to_str());
    let media_type = media_type
        .transpose()?
        .and_then(|value| value.split(';').next());
    if media_type.is_some_and(|text| {
        text.trim()
            .eq_ignore_ascii_case("application/x-www-form-urlencoded")
    }) {
        let body = request
            .body()
            .map_or(Some(&b""[..]), |body| body.as_bytes());
        signed = signed.form(str::from_utf8(
            body.ok_or("a form that is a stream cannot be signed")?,
        )?)?;
    }
    signer
        .authorize(&signed)?
        .insert_into(request.headers_mut())?;
    Ok(())
}

fn send(
    client: &Client,
    signer: &Signer,
    what: &str,
    mut request: reqwest::blocking::Request,
) -> Result<(), Box<dyn Error>> {
    authorize(signer, &mut request)?;
    let response = client.execute(request)?.error_for_status()?;
    println!(
        "{what}: {} {}",
        response.status().as_u16(),
        response.text()?.trim_end()
    );
    Ok(())
}
