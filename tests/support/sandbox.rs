//! A running sandbox, and raw HTTP to it.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    sync::{Arc, Mutex},
};

use exh_oauth1::{
    Credentials, Request, Signer,
    sandbox::{Keys, Options, Sandbox},
};
use serde_json::Value;

pub(crate) const ME: &str = "/users/v1/me";

pub(crate) fn keys() -> Keys {
    Keys {
        consumer_key: "client".into(),
        consumer_secret: "client secret & more".into(),
        token: "token".into(),
        token_secret: "token secret".into(),
    }
}

pub(crate) fn signer(keys: &Keys) -> Signer {
    Signer::new(Credentials::new(keys.consumer_key.as_str(), keys.consumer_secret.as_str()))
        .token(Credentials::new(keys.token.as_str(), keys.token_secret.as_str()))
}

pub(crate) struct Running {
    pub(crate) sandbox: Sandbox,
    pub(crate) lines: Arc<Mutex<Vec<String>>>,
}

impl Running {
    pub(crate) fn new() -> Self {
        Self::with(|_| ())
    }

    /// With other options in addition to the keys and the log.
    pub(crate) fn with(change: impl FnOnce(&mut Options)) -> Self {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let mut options = Options::default();
        change(&mut options);
        options.keys = Some(keys());
        options.log = Some(Box::new({
            let lines = Arc::clone(&lines);
            move |line| lines.lock().unwrap().push(line.to_owned())
        }));
        Self { sandbox: Sandbox::start(options).unwrap(), lines }
    }

    pub(crate) fn url(&self, target: &str) -> String {
        format!("{}{target}", self.sandbox.base_url())
    }

    /// The value of the header `Host`.
    pub(crate) fn host(&self) -> String {
        self.url("").split_off("http://".len())
    }

    pub(crate) fn connect(&self) -> TcpStream {
        TcpStream::connect(self.sandbox.address()).unwrap()
    }

    pub(crate) fn exchange(&self, bytes: &[u8]) -> Response {
        let mut stream = self.connect();
        // The sandbox may respond and close before everything is sent.
        let _ = stream.write_all(bytes);
        match bytes.starts_with(b"HEAD") {
            true => Response::read_headers(&mut stream),
            false => Response::read(stream),
        }
    }

    pub(crate) fn send(&self, method: &str, target: &str, headers: &str, body: &str) -> Response {
        let host = self.host();
        let length = body.len();
        self.exchange(
            format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n{headers}\r\n{body}")
                .as_bytes(),
        )
    }

    pub(crate) fn signed(&self, signer: &Signer, method: &str, target: &str) -> Response {
        self.signed_with(signer, method, target, "")
    }

    /// With a body that is not a form, and so not signed.
    pub(crate) fn signed_with(&self, signer: &Signer, method: &str, target: &str, body: &str) -> Response {
        let request = Request::new(method, &self.url(target)).unwrap();
        let header = signer.authorize(&request).unwrap();
        self.send(method, target, &format!("Authorization: {header}\r\n"), body)
    }

    pub(crate) fn last_line(&self) -> String {
        self.lines.lock().unwrap().last().cloned().unwrap_or_default()
    }
}

#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: String,
    pub(crate) body: Value,
}

impl Response {
    pub(crate) fn read(mut stream: TcpStream) -> Self {
        Self::read_next(&mut stream)
    }

    /// Reads the next response of a connection.
    pub(crate) fn read_next(stream: &mut TcpStream) -> Self {
        let mut response = Self::read_headers(stream);
        let mut bytes = vec![0; response.header("Content-Length").unwrap().parse().unwrap()];
        stream.read_exact(&mut bytes).unwrap();
        response.body = serde_json::from_slice(&bytes).unwrap_or_default();
        response
    }

    /// Reads a response that has no body.
    pub(crate) fn read_headers(stream: &mut TcpStream) -> Self {
        let mut bytes = Vec::new();
        // Byte by byte, so that nothing after the headers is read.
        while !bytes.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            bytes.extend(byte);
        }
        let headers = String::from_utf8(bytes).unwrap();
        Self { status: headers[9..12].parse().unwrap(), headers, body: Value::Null }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.lines().find_map(|line| {
            let (other, value) = line.split_once(": ")?;
            (other == name).then_some(value)
        })
    }

    #[track_caller]
    pub(crate) fn assert_refused(&self, status: u16, code: u16, name: &str) {
        assert_eq!((self.status, &self.body["code"]), (status, &code.into()));
        assert_eq!(self.body["name"], name);
        assert!(self.body["message"].is_string());
    }
}
