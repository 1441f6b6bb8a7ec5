//! A signed request verifies, for every way of signing, and does not verify with another nonce.
#![no_main]

use exh_oauth1::{Authorization, Credentials, Request, Signer, VerifyError};

libfuzzer_sys::fuzz_target!(|input: (&str, &str, &str, &str, u64)| {
    let (query, key, secret, nonce, timestamp) = input;
    let Ok(request) = Request::new("GET", &format!("http://h?{query}")) else {
        return;
    };
    let signer = Signer::new(Credentials::new(key, secret)).token(Credentials::new(secret, key));
    let header = signer.sign(&request, timestamp, nonce);
    assert_eq!(Authorization::parse(header.as_str()).as_ref(), Ok(&header));
    match request.check_place() {
        Ok(()) => assert_eq!(signer.verify(&request, &header), Ok(())),
        // Such a request can be signed, but no server accepts it.
        Err(error) => assert_eq!(signer.verify(&request, &header), Err(VerifyError::Malformed(error))),
    }
    assert_ne!(signer.sign(&request, timestamp, &format!("{nonce}0")).signature(), header.signature());
});
