//! Public values cross threads, errors are small, and no `Debug` shows a secret.

use core::{error::Error, fmt::Debug};
use exh_oauth1::{
    Authorization, Credentials, External, Nonce, ParseError, Part, Request, SignatureMethod, Signer, VerifyError,
};
use zeroize::ZeroizeOnDrop;

fn is_shareable<T: Send + Sync + Unpin + 'static>() {}

fn is_error<T: Error + Copy + Eq + Send + Sync + 'static>() {}

#[test]
fn public_types_are_send_and_sync() {
    is_shareable::<Authorization>();
    is_shareable::<Credentials>();
    is_shareable::<Nonce>();
    is_shareable::<Part>();
    is_shareable::<External>();
    is_shareable::<Request>();
    is_shareable::<SignatureMethod>();
    is_shareable::<Signer>();
}

#[test]
fn errors_are_small_and_need_no_heap() {
    is_error::<ParseError>();
    is_error::<VerifyError>();
    assert!(size_of::<ParseError>() <= 3 * size_of::<usize>());
    assert!(size_of::<VerifyError>() <= 3 * size_of::<usize>());
    assert_eq!(size_of::<SignatureMethod>(), 1);
    #[cfg(feature = "system")]
    {
        is_error::<exh_oauth1::AuthorizeError>();
        assert_eq!(size_of::<exh_oauth1::AuthorizeError>(), 1);
    }
}

#[test]
fn the_hashes_that_hold_a_key_are_wiped_on_drop() {
    fn is_wiped<T: ZeroizeOnDrop>() {}
    is_wiped::<sha1::Sha1>();
    #[cfg(feature = "sha2")]
    {
        is_wiped::<sha2::Sha256>();
        is_wiped::<sha2::Sha512>();
    }
}

#[test]
fn no_debug_shows_a_secret() {
    let client = Credentials::new("client", "s3cr3t+one");
    let token = Credentials::new("token", "s3cr3t+two");
    let hmac = Signer::new(client.clone()).token(token.clone());
    let plaintext = hmac.clone().plaintext();
    let request = Request::new("POST", "https://user:s3cr3t@h/p?password=s3cr3t+one")
        .and_then(|request| request.form("password=s3cr3t+two"))
        .unwrap();
    let received = Authorization::parse(plaintext.sign(&request, 1, "n").as_str()).unwrap();
    let hash = hmac.sign(&request, 1, "n");
    let values: [&dyn Debug; 9] = [
        &client,
        &token,
        &hmac,
        &plaintext,
        &request,
        &received,
        &plaintext.sign(&request, 1, "n"),
        &hash,
        &hmac.clone().external(SignatureMethod::RsaSha1),
    ];
    for value in values {
        for text in [format!("{value:?}"), format!("{value:#?}")] {
            assert!(!text.contains("s3cr3t"), "{text}");
            assert!(!text.contains(&*hash.signature()), "{text}");
        }
    }
    assert!(format!("{plaintext:?}").contains("client"));
    assert!(format!("{received:?}").contains("PLAINTEXT"));
}
