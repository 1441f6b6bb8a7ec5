//! A real TLS server, whose certificate no built-in CA has signed.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener},
    sync::Arc,
    thread,
};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};

/// A server for as many connections as are tried, with a certificate for `names` that no built-in CA has signed.
pub(crate) fn server(names: &[&str], connections: usize) -> (SocketAddr, String) {
    let response = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"id\":\"1\"}";
    responding(names, vec![response.to_owned(); connections])
}

/// A server that sends one response per connection.
pub(crate) fn responding(names: &[&str], responses: Vec<String>) -> (SocketAddr, String) {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for (stream, response) in listener.incoming().zip(responses) {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, stream.unwrap());
            let mut buffer = [0; 8192];
            // A client that rejects the certificate sends no request.
            if stream.read(&mut buffer).is_ok_and(|length| length > 0) {
                let sent = stream.write_all(response.as_bytes());
                let _ = sent.and_then(|()| stream.flush());
            }
        }
    });
    (address, cert.pem())
}
